import HoldfastCore

/// What `body` gives; nil when it refuses the input, with one of the codes that such a refusal may have and words for a person.
func accepted<Value>(_ codes: Set<HoldfastError.Code>, _ body: () throws -> Value) throws -> Value? {
    do {
        return try body()
    } catch let error as HoldfastError {
        try require(codes.contains(error.code), "refused with \(error.code.rawValue): \(error)")
        try require(!error.message.isEmpty, "refused without a word")
        return nil
    } catch let error as BrokenPromise {
        throw error
    } catch {
        throw BrokenPromise(description: "refused with what is no HoldfastError: \(error)")
    }
}
