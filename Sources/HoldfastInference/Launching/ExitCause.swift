public import HoldfastCore

/// Why an engine's process ended, as far as the kernel tells.
public enum ExitCause: Sendable, Equatable {
    /// It returned by itself.
    case returned
    /// This daemon ended it.
    case ended
    /// A system call that confinement forbids (SIGSYS).
    case forbiddenCall
    /// The kernel's out-of-memory killer.
    case outOfMemory
    /// It passed a resource limit that ends a process: bytes of a file, processor time.
    case limit
    /// A fault in the engine itself: SIGSEGV, SIGABRT and their like.
    case crashed
    /// A signal of another's.
    case killed

    /// - Parameters:
    ///   - wasEnded: whether this daemon had sent it a signal.
    ///   - oomKills: how many processes the kernel ended for want of memory while it ran.
    init(_ reason: ExitReason, wasEnded: Bool, oomKills: UInt64) {
        guard case .signal(let signal) = reason else {
            self = wasEnded ? .ended : .returned
            return
        }
        switch signal {
        case 31: self = .forbiddenCall
        case 24, 25: self = .limit
        case 4, 5, 6, 7, 8, 11: self = .crashed
        case _ where wasEnded: self = .ended
        case 9 where oomKills > 0: self = .outOfMemory
        default: self = .killed
        }
    }

    /// What the audit trail and the caller's error say.
    public var code: HoldfastError.Code {
        switch self {
        case .forbiddenCall: .engineViolation
        case .outOfMemory: .engineOutOfMemory
        case .limit: .engineLimit
        case .returned, .ended, .crashed, .killed: .engineFailed
        }
    }

    /// A sentence about the engine, to be put after its name; nil where there is no more to say than that it ended.
    var explanation: String? {
        switch self {
        case .forbiddenCall: "made a system call that no engine needs, and was ended by the kernel"
        case .outOfMemory: "was ended by the kernel for want of memory"
        case .limit: "passed a resource limit, and was ended by the kernel"
        case .returned, .ended, .crashed, .killed: nil
        }
    }

    var hint: String? {
        switch self {
        case .forbiddenCall: "journalctl -k --grep type=1326 shows which call; docs/confinement.md lists those that are allowed"
        case .outOfMemory: "holdfast status shows memory; unload a model with holdfast model unload NAME, or lower engine.context"
        case .limit: "holdfast audit list --operation engine.exit shows the signal"
        case .returned, .ended, .crashed, .killed: nil
        }
    }
}
