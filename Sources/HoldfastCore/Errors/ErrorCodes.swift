/// Every code Holdfast itself produces, with when it is used. The HTTP status of each is in HoldfastAPI, the exit code in HoldfastCommands.
extension HoldfastError.Code {
    // Requests
    public static let invalidRequest: Self = "invalid_request"
    public static let unsupportedParameter: Self = "unsupported_parameter"
    public static let requestTooLarge: Self = "request_too_large"
    public static let unknownOperation: Self = "unknown_operation"
    public static let originRefused: Self = "origin_refused"
    // Identity and access
    public static let peerRefused: Self = "peer_refused"
    public static let accessDenied: Self = "access_denied"
    /// The binding that lets the caller use the model bounds how much, and there is no room.
    public static let limitExceeded: Self = "limit_exceeded"
    /// The loopback listener's: no token came, it is none of this node's (any more) or mistyped, its time is over.
    public static let tokenMissing: Self = "token_missing"
    public static let tokenInvalid: Self = "token_invalid"
    public static let tokenExpired: Self = "token_expired"
    /// The loopback listener's: the Host header names no host it is reached by.
    public static let hostRefused: Self = "host_refused"
    /// A token or an application socket, when one is made or named.
    public static let subjectExists: Self = "subject_exists"
    public static let subjectNotFound: Self = "subject_not_found"
    public static let policyInvalid: Self = "policy_invalid"
    public static let generationNotFound: Self = "generation_not_found"
    // Registry
    public static let modelNotFound: Self = "model_not_found"
    public static let modelExists: Self = "model_exists"
    public static let promptNotFound: Self = "prompt_not_found"
    public static let modelCorrupt: Self = "model_corrupt"
    public static let modelInvalid: Self = "model_invalid"
    public static let modelInUse: Self = "model_in_use"
    public static let nameInvalid: Self = "name_invalid"
    public static let digestInvalid: Self = "digest_invalid"
    public static let quotaExceeded: Self = "quota_exceeded"
    public static let diskFull: Self = "disk_full"
    public static let uploadIncomplete: Self = "upload_incomplete"
    // Engine
    public static let engineMissing: Self = "engine_missing"
    public static let engineUntrusted: Self = "engine_untrusted"
    public static let engineFailed: Self = "engine_failed"
    public static let engineStalled: Self = "engine_stalled"
    /// A layer of confinement that the configuration requires does not hold here: the engine was not started.
    public static let engineUnconfined: Self = "engine_unconfined"
    /// The kernel ended an engine: for a forbidden system call, for want of memory, at a resource limit.
    public static let engineViolation: Self = "engine_violation"
    public static let engineOutOfMemory: Self = "engine_out_of_memory"
    public static let engineLimit: Self = "engine_limit"
    /// Engines that are installed, chosen and removed.
    public static let engineNotFound: Self = "engine_not_found"
    public static let engineExists: Self = "engine_exists"
    public static let engineInUse: Self = "engine_in_use"
    /// An engine that was brought does not answer, or is not one.
    public static let engineInvalid: Self = "engine_invalid"
    public static let engineBusy: Self = "engine_busy"
    /// As many requests wait as may.
    public static let queueFull: Self = "queue_full"
    /// The model and what is loaded do not fit into memory together.
    public static let insufficientMemory: Self = "insufficient_memory"
    /// The model failed so often that it is not tried for a while.
    public static let modelFailed: Self = "model_failed"
    public static let contextExceeded: Self = "context_length_exceeded"
    // Publications: what a model is said to be
    /// A range of a file that lies outside of it.
    public static let rangeInvalid: Self = "range_invalid"
    public static let manifestInvalid: Self = "manifest_invalid"
    // Audit
    public static let auditUnavailable: Self = "audit_unavailable"
    public static let auditBroken: Self = "audit_broken"
    public static let recordNotFound: Self = "record_not_found"
    /// What a record spoke of was forgotten.
    public static let contentErased: Self = "content_erased"
    // Publications
    /// Not what TUF wants it to be: form, version, length, hash.
    public static let metadataInvalid: Self = "metadata_invalid"
    /// Fewer keys signed than must.
    public static let metadataUnsigned: Self = "metadata_unsigned"
    public static let metadataExpired: Self = "metadata_expired"
    /// Older than what was seen before.
    public static let metadataRollback: Self = "metadata_rollback"
    /// Nobody who may publish it does.
    public static let targetNotFound: Self = "target_not_found"
    /// A fetched file is not the one that was published.
    public static let targetCorrupt: Self = "target_corrupt"
    /// A server gives no answer, or none that can be used.
    public static let sourceFailed: Self = "source_failed"
    // Node
    public static let configurationInvalid: Self = "configuration_invalid"
    public static let databaseTooNew: Self = "database_too_new"
    public static let databaseFailed: Self = "database_failed"
    public static let stateInUse: Self = "state_in_use"
    public static let socketInUse: Self = "socket_in_use"
    public static let shuttingDown: Self = "shutting_down"
    public static let nodeUnreachable: Self = "node_unreachable"
    public static let interrupted: Self = "interrupted"
    /// A tar archive that is cut off, or has in it what it must not have.
    public static let archiveInvalid: Self = "archive_invalid"
    /// A backup that is cut off, was changed, or that no key known here has signed.
    public static let backupInvalid: Self = "backup_invalid"
    /// A true backup, of another node.
    public static let backupForeign: Self = "backup_foreign"
    /// The node of this state directory was decommissioned.
    public static let nodeDecommissioned: Self = "node_decommissioned"
    public static let fileUnreadable: Self = "file_unreadable"
    public static let internalError: Self = "internal_error"
}
