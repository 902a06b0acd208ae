public import HoldfastCore

/// What becomes of engines, for the audit trail and the log.
public enum EngineEvent: Sendable {
    /// A model is loaded; `took` from the request for it.
    case started(LoadableModel, pid: Int32, took: Duration)
    case exited(LoadableModel, pid: Int32, EngineExit)
    case loadFailed(LoadableModel, HoldfastError)
}

/// A loaded model, as `holdfast ps` shows it.
public struct LoadedEngine: Sendable, Equatable {
    public var model: LoadableModel
    public var pid: Int32
    public var loadedFor: Duration
    public var status: EngineStatus
}
