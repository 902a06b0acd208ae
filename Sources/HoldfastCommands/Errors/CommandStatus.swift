import HoldfastCore

/// What the process ends with. Scripts depend on these numbers; `docs/exit-codes.md` is their page, and a test holds the two together.
///
/// Small numbers are answers of a command that worked or was refused for a reason of the node's; from 64 on they follow sysexits.h.
enum CommandStatus: Int32, CaseIterable, Sendable {
    case success = 0
    case failure = 1
    /// `access can`, `audit match`: the answer is no.
    case denied = 2
    /// `model verify`: a file no longer has its digest, or is gone.
    case modelCorrupt = 3
    /// `audit verify`: the trail does not fit its checkpoint.
    case auditBroken = 4
    case notFound = 5
    case conflict = 6
    case noSpace = 7
    case engine = 8
    /// `doctor`: something a node needs does not hold.
    case unhealthy = 9
    /// `audit match`, `audit content`: what the record spoke of was forgotten.
    case erased = 10
    case usage = 64
    case badInput = 65
    case unreadable = 66
    case unavailable = 69
    case tryAgain = 75
    case noPermission = 77
    case configuration = 78
    /// 128 + SIGINT, as a shell reports it.
    case interrupted = 130
}

extension HoldfastError.Code {
    /// The exit status of a command that ends with this error; 1 for a code without a row.
    var exitStatus: CommandStatus { Self.exitStatuses[self] ?? .failure }

    static let exitStatuses: [HoldfastError.Code: CommandStatus] = [
        .invalidRequest: .usage, .unsupportedParameter: .usage, .nameInvalid: .usage, .digestInvalid: .usage, .unknownOperation: .usage,
        .rangeInvalid: .usage,
        .requestTooLarge: .badInput, .modelInvalid: .badInput, .manifestInvalid: .badInput, .policyInvalid: .badInput,
        .contextExceeded: .badInput,
        .archiveInvalid: .badInput, .engineInvalid: .badInput, .backupInvalid: .badInput,
        .fileUnreadable: .unreadable,
        .accessDenied: .noPermission, .peerRefused: .noPermission, .originRefused: .noPermission,
        .hostRefused: .noPermission, .tokenMissing: .noPermission, .tokenInvalid: .noPermission, .tokenExpired: .noPermission,
        .modelNotFound: .notFound, .promptNotFound: .notFound, .recordNotFound: .notFound, .subjectNotFound: .notFound,
        .generationNotFound: .notFound, .engineNotFound: .notFound,
        .modelCorrupt: .modelCorrupt, .auditBroken: .auditBroken,
        .modelExists: .conflict, .subjectExists: .conflict, .modelInUse: .conflict, .stateInUse: .conflict, .socketInUse: .conflict,
        .engineExists: .conflict, .engineInUse: .conflict, .backupForeign: .conflict,
        .quotaExceeded: .noSpace, .diskFull: .noSpace,
        .engineMissing: .engine, .engineUntrusted: .engine, .engineFailed: .engine, .engineStalled: .engine,
        .engineUnconfined: .engine, .engineViolation: .engine, .engineOutOfMemory: .engine, .engineLimit: .engine,
        .modelFailed: .engine, .queueFull: .tryAgain, .insufficientMemory: .tryAgain,
        .engineBusy: .tryAgain, .limitExceeded: .tryAgain, .uploadIncomplete: .tryAgain, .auditUnavailable: .tryAgain,
        .contentErased: .erased,
        .nodeUnreachable: .unavailable, .shuttingDown: .unavailable,
        .configurationInvalid: .configuration, .databaseTooNew: .configuration, .nodeDecommissioned: .configuration,
        .interrupted: .interrupted,
        .metadataInvalid: .badInput, .metadataUnsigned: .badInput, .metadataExpired: .badInput, .metadataRollback: .badInput,
        .targetCorrupt: .badInput, .targetNotFound: .notFound, .sourceFailed: .unavailable,
        .databaseFailed: .failure, .internalError: .failure,
    ]
}
