/// One caller's work, without its type: how to run it, and how to tell the caller.
struct WriteJob: Sendable {
    /// Gives back what resumes the caller, for after the commit.
    let run: @Sendable (StoreTransaction) throws -> @Sendable () -> Void
    let fail: @Sendable (any Error) -> Void

    init<Value: Sendable>(
        _ work: @escaping @Sendable (StoreTransaction) throws -> Value, _ continuation: CheckedContinuation<Value, any Error>
    ) {
        run = { transaction in
            let value = try work(transaction)
            return { continuation.resume(returning: value) }
        }
        fail = { continuation.resume(throwing: $0) }
    }
}
