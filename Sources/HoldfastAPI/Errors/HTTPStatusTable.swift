public import HoldfastCore

extension HoldfastError.Code {
    /// The HTTP status each code is answered with, on every surface. A code that is not in the table is a defect of ours: 500.
    public var httpStatus: Int { Self.statuses[self] ?? 500 }

    private static let statuses: [HoldfastError.Code: Int] = [
        .invalidRequest: 400, .unsupportedParameter: 400, .nameInvalid: 400, .digestInvalid: 400, .modelInvalid: 400, .policyInvalid: 400,
        .archiveInvalid: 400, .engineInvalid: 400, .backupInvalid: 400,
        .manifestInvalid: 400,
        .uploadIncomplete: 400, .contextExceeded: 400,
        .tokenMissing: 401, .tokenInvalid: 401, .tokenExpired: 401,
        .accessDenied: 403, .peerRefused: 403, .originRefused: 403, .hostRefused: 403,
        .metadataInvalid: 400, .metadataUnsigned: 400, .targetCorrupt: 400, .metadataExpired: 409, .metadataRollback: 409,
        .targetNotFound: 404, .sourceFailed: 502,
        .modelNotFound: 404, .promptNotFound: 404, .recordNotFound: 404, .subjectNotFound: 404, .generationNotFound: 404,
        .unknownOperation: 404, .engineNotFound: 404,
        .modelExists: 409, .subjectExists: 409, .modelInUse: 409, .modelCorrupt: 409, .engineExists: 409, .engineInUse: 409,
        .backupForeign: 409, .nodeDecommissioned: 409,
        .contentErased: 410,
        .requestTooLarge: 413,
        .rangeInvalid: 416,
        .limitExceeded: 429, .queueFull: 429,
        .engineFailed: 502, .engineViolation: 502, .engineOutOfMemory: 502, .engineLimit: 502,
        .insufficientMemory: 503, .modelFailed: 503,
        .engineBusy: 503, .engineMissing: 503, .engineUntrusted: 503, .engineUnconfined: 503, .auditUnavailable: 503, .shuttingDown: 503,
        .engineStalled: 504,
        .quotaExceeded: 507, .diskFull: 507,
    ]
}
