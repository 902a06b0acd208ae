import HoldfastCore

/// A model that is not tried any more for a while: it could not be loaded, or its engine ended by itself, too often in a row.
public struct FailedModel: Sendable, Equatable {
    public var model: LoadableModel
    /// `engine_failed: …`, for people.
    public var reason: String
    /// When it is tried again by itself.
    public var until: Duration
}

/// What went wrong with each model, and for how long it is left alone: after a load that failed 1, 2, 4, 8 seconds, after the fifth in a row,
/// or the third crash in a row, ten minutes (a load that fails for want of an engine: never more than 30 seconds). An answered request ends a row, and so does ``clear(_:)``.
struct FailureLedger: Sendable {
    static let loadsInARow = 5
    static let crashesInARow = 3
    static let rest = Duration.seconds(600)

    private struct Row {
        var model: LoadableModel
        var error: HoldfastError
        var loads = 0
        var crashes = 0
        var until: Duration
        var isFailed = false
    }

    private var rows: [SHA256Digest: Row] = [:]

    /// Why the model is not tried now.
    func refusal(for digest: SHA256Digest, now: Duration) -> HoldfastError? {
        guard let row = rows[digest], now < row.until else { return nil }
        var error = row.isFailed ? Self.failed(row) : row.error
        error.retryAfter = max(1, Int((row.until - now).inSeconds.rounded(.up)))
        return error
    }

    func failed(now: Duration) -> [FailedModel] {
        rows.values.filter { $0.isFailed && now < $0.until }
            .map { FailedModel(model: $0.model, reason: "\($0.error.code.rawValue): \($0.error.message)", until: $0.until) }
            .sorted { $0.model.name < $1.model.name }
    }

    /// - Returns: the error with the time after which trying again makes sense, and whether the model has failed for good, for now.
    mutating func noteLoad(_ error: any Error, of model: LoadableModel, now: Duration) -> (error: HoldfastError, isFailed: Bool) {
        var known =
            error as? HoldfastError
            ?? HoldfastError(.engineFailed, "The engine could not load \(model.name).", detail: "\(error)", cause: error)
        var row = current(model, known, now: now)
        row.loads += 1
        // A node without an engine is no fault of the model.
        row.isFailed = row.loads >= Self.loadsInARow && [.engineFailed, .engineStalled].contains(known.code)
        let pause = row.isFailed ? Self.rest : .seconds(min(30, 1 << min(row.loads - 1, 5)))
        row.until = now + pause
        rows[model.digest] = row
        known.retryAfter = Int(pause.inSeconds)
        return (known, row.isFailed)
    }

    /// An engine ended that nobody had told to.
    /// - Returns: true when that was once too often.
    mutating func noteCrash(of model: LoadableModel, _ exit: EngineExit, now: Duration) -> Bool {
        var row = current(model, HoldfastError(.engineFailed, "Its engine ended by itself (\(exit.reason))."), now: now)
        row.crashes += 1
        row.isFailed = row.crashes >= Self.crashesInARow
        row.until = row.isFailed ? now + Self.rest : now
        rows[model.digest] = row
        return row.isFailed
    }

    mutating func noteLoaded(_ digest: SHA256Digest) { rows[digest]?.loads = 0 }

    /// A request was answered, or an administrator wants another try.
    mutating func clear(_ digest: SHA256Digest) { rows[digest] = nil }

    /// The row so far; one that has served its time, or is older than that, begins anew.
    private func current(_ model: LoadableModel, _ error: HoldfastError, now: Duration) -> Row {
        guard var row = rows[model.digest], !row.isFailed, now < row.until + Self.rest else {
            return Row(model: model, error: error, until: now)
        }
        row.error = error
        return row
    }

    private static func failed(_ row: Row) -> HoldfastError {
        HoldfastError(
            .modelFailed, "\(row.model.name) failed too often in a row and is not tried for now. The last time: \(row.error.message)",
            detail: row.error.detail, hint: "holdfast model load \(row.model.name) tries at once", cause: row.error)
    }
}
