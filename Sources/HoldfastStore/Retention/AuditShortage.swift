import HoldfastCore

/// What callers are told while only the reserve is left.
enum AuditShortage {
    static var error: HoldfastError {
        HoldfastError(
            .auditUnavailable, "The disk is full: nothing more can be recorded, so nothing is done.",
            detail: "the audit reserve was released",
            hint: "free space on the state directory's file system: holdfast model prune, or holdfast audit prune --before TIME",
            retryAfter: 30)
    }
}
