public import HoldfastCore

/// What becomes of engines, for the audit trail and the log.
public enum EngineEvent: Sendable {
    /// A model is loaded; `took` from the request for it.
    case started(LoadableModel, pid: Int32, took: Duration)
    case exited(LoadableModel, pid: Int32, EngineExit)
    case loadFailed(LoadableModel, HoldfastError)
    /// It failed too often in a row, and is not tried for a while.
    case gaveUp(LoadableModel)
    /// An idle engine is ended.
    case released(LoadableModel, pid: Int32, Release)
}

/// Why an idle engine was ended.
public enum Release: String, Sendable {
    /// Its keep-alive was over.
    case expired
    /// Another model needed the memory.
    case evicted
    /// Its settings have changed since it was started.
    case renewed
}

/// A loaded model, as `holdfast ps` shows it.
public struct LoadedEngine: Sendable, Equatable {
    public var model: LoadableModel
    public var pid: Int32
    public var loadedFor: Duration
    public var status: EngineStatus
    /// Bytes that are counted for it.
    public var reservedBytes: Int64
    /// Requests that use it, the waiting ones among them.
    public var uses: Int
    public var isPinned: Bool
    /// Until it may go for want of use; nil: not by itself.
    public var expiresIn: Duration?
}

/// A model that requests wait for: it loads, or its turn has not come.
public struct AwaitedModel: Sendable, Equatable {
    public var model: LoadableModel
    public var waiting: Int
    /// It is being loaded; else it waits for memory that busy models have.
    public var isLoading: Bool
    public var reservedBytes: Int64
}
