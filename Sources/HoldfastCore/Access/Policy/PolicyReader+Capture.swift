import HoldfastCrypto
import Yams

/// What a policy says about capturing prompts and answers: `recipients` at the top, `capture` in roles.
extension PolicyReader {
    mutating func readRecipient(named key: Node, _ node: Node) -> CaptureRecipient? {
        guard let name = text(key, "a recipient's name"), let key64 = text(node, "the key of '\(name.prefix(80))'") else { return nil }
        guard Role.isName(name) else {
            report(key, "'\(name.prefix(80))' cannot name a recipient: lower-case letters, digits and '-', a letter first, at most 63")
            return nil
        }
        guard let recipient = try? AgeRecipient(parsing: key64) else {
            report(node, "the key of '\(name)' is not one that age-keygen prints as a public key (age1…)")
            return nil
        }
        return CaptureRecipient(name: name, key: recipient, location: location(of: key))
    }

    mutating func readCapture(_ node: Node) -> Capture? {
        guard let fields = fields(of: node, "'capture'", required: ["recipient"]), let value = fields["recipient"],
            let name = text(value, "'recipient'")
        else { return nil }
        return Capture(recipient: name, location: location(of: value))
    }
}
