/// Which answer is struck, when, and how.
public struct FaultPlan: Sendable {
    public enum Moment: Sendable, Equatable {
        /// The request has come, and the engine has not seen it.
        case asked
        /// The engine has taken it up (it says that a slot is at work) and has sent nothing.
        case computing
        /// The next bytes of the answer hold this text for the so-maniest time. The head is `HTTP/1.1`, 1.
        case answering(String, Int)
    }

    public var moment: Moment
    public var fault: Fault
    /// A part of the request line.
    public var path: String
    /// A part of the request's body; empty for any.
    public var words: String
    /// Every such answer is struck, not only the first.
    public var repeats: Bool
    /// For what is random in the fault.
    public var seed: UInt64

    public init(_ fault: Fault, _ moment: Moment, path: String, words: String = "", repeats: Bool = false, seed: UInt64 = 0) {
        self.fault = fault
        self.moment = moment
        self.path = path
        self.words = words
        self.repeats = repeats
        self.seed = seed
    }
}
