/// What policies say about capturing, held against each other.
enum CaptureCheck {
    static func merge(_ documents: [PolicyDocument], _ problems: inout [PolicyProblem]) -> [CaptureRecipient] {
        var first: [String: SourceLocation] = [:]
        return documents.flatMap(\.recipients).filter { recipient in
            if let location = first[recipient.name] {
                problems.append(PolicyProblem(at: recipient.location, "recipient '\(recipient.name)' is already defined at \(location)"))
                return false
            }
            first[recipient.name] = recipient.location
            return true
        }
    }

    /// A capture that names nobody, or that could never come about, is a mistake nobody should find out a year later.
    static func check(_ roles: [Role], among recipients: [CaptureRecipient], _ problems: inout [PolicyProblem]) {
        let names = recipients.map(\.name).sorted()
        for role in roles {
            guard let capture = role.capture else { continue }
            if !names.contains(capture.recipient) {
                let suggestion = Nearest.suggestion(for: capture.recipient, among: names)
                problems.append(
                    PolicyProblem(at: capture.location, "'recipients' has no '\(capture.recipient.prefix(80))'\(suggestion)"))
            }
            if !role.rules.contains(where: { $0.verbs.contains(.inferenceInvoke) }) {
                problems.append(
                    PolicyProblem(at: capture.location, "role '\(role.name)' captures, but does not allow inference:invoke on anything"))
            }
        }
    }
}
