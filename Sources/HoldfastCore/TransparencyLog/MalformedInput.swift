extension HoldfastError {
    /// What every parser of the transparency log's formats throws: `audit_broken`, naming the format and what is wrong with it.
    static func malformed(_ format: String, _ why: String) -> HoldfastError {
        HoldfastError(
            .auditBroken, "This is not a valid \(format): \(why).", hint: "holdfast audit verify checks this node's own audit log")
    }
}
