public import HoldfastCore

/// `GET /holdfast/v1/models/{name}/footprint`. Bytes throughout.
public struct FootprintBody: Codable, Sendable {
    /// The model in one quantization.
    public struct Row: Codable, Sendable {
        /// `F16`, `Q8_0`, `Q5_1`, `Q4_0`, or what the file is.
        public var quantization: String
        /// True for the file as it is.
        public var isPresent: Bool
        public var parts: MemoryFootprint
        public var totalBytes: Int64
        /// Hundredths saved against F16: of the file, and of all the memory.
        public var savedWeights: Int
        public var savedTotal: Int
        /// Whether it would fit once everything that may go has gone.
        public var fits: Bool

        public init(
            quantization: String, isPresent: Bool, parts: MemoryFootprint, savedWeights: Int, savedTotal: Int, fits: Bool
        ) {
            self.quantization = quantization
            self.isPresent = isPresent
            self.parts = parts
            self.totalBytes = parts.totalBytes
            self.savedWeights = savedWeights
            self.savedTotal = savedTotal
            self.fits = fits
        }

        enum CodingKeys: String, CodingKey {
            case quantization, parts, fits
            case isPresent = "is_present"
            case totalBytes = "total_bytes"
            case savedWeights = "saved_weights_percent"
            case savedTotal = "saved_total_percent"
        }
    }

    public var name: String
    public var digest: SHA256Digest
    /// Tokens of one request.
    public var context: Int
    public var slots: Int
    /// The most that was ever seen of it under this engine and these settings; nil before it ran.
    public var measuredBytes: Int64?
    /// What it is counted with: the arithmetic, corrected by what was measured.
    public var countedBytes: Int64
    /// What a further model could have, once everything that may go has gone.
    public var availableBytes: Int64
    /// The file as it is first.
    public var rows: [Row]

    public init(
        name: String, digest: SHA256Digest, context: Int, slots: Int, measuredBytes: Int64?, countedBytes: Int64, availableBytes: Int64,
        rows: [Row]
    ) {
        self.name = name
        self.digest = digest
        self.context = context
        self.slots = slots
        self.measuredBytes = measuredBytes
        self.countedBytes = countedBytes
        self.availableBytes = availableBytes
        self.rows = rows
    }

    enum CodingKeys: String, CodingKey {
        case name, digest, context, slots, rows
        case measuredBytes = "measured_bytes"
        case countedBytes = "counted_bytes"
        case availableBytes = "available_bytes"
    }
}

/// `POST /holdfast/v1/recommend`.
public struct RecommendRequest: Codable, Sendable {
    /// `chat`, `completion`, `long-context` or `embedding`.
    public var task: String
    /// Bytes that may be used; nil for what the node has.
    public var memoryBytes: Int64?

    public init(task: String, memoryBytes: Int64?) {
        self.task = task
        self.memoryBytes = memoryBytes
    }

    enum CodingKeys: String, CodingKey {
        case task
        case memoryBytes = "memory_bytes"
    }
}

/// Models for a task, the best first; those that will not do come last, and say why.
public struct RecommendBody: Codable, Sendable {
    public struct Choice: Codable, Sendable {
        public var name: String
        public var suits: Bool
        public var needBytes: Int64
        /// What speaks for it, or against it.
        public var reasons: [String]

        public init(name: String, suits: Bool, needBytes: Int64, reasons: [String]) {
            self.name = name
            self.suits = suits
            self.needBytes = needBytes
            self.reasons = reasons
        }

        enum CodingKeys: String, CodingKey {
            case name, suits, reasons
            case needBytes = "need_bytes"
        }
    }

    public var task: String
    public var memoryBytes: Int64
    public var choices: [Choice]

    public init(task: String, memoryBytes: Int64, choices: [Choice]) {
        self.task = task
        self.memoryBytes = memoryBytes
        self.choices = choices
    }

    enum CodingKeys: String, CodingKey {
        case task, choices
        case memoryBytes = "memory_bytes"
    }
}

/// `POST` and `DELETE /holdfast/v1/models/{name}/pin`.
public struct PinBody: Codable, Sendable {
    public var name: String
    public var pinned: Bool
    /// False when that is how it was.
    public var changed: Bool

    public init(name: String, pinned: Bool, changed: Bool) {
        self.name = name
        self.pinned = pinned
        self.changed = changed
    }
}

/// `POST …/load`, in the query: `?keep_alive=5m`.
extension LoadBody {
    public static let keepAliveKey = "keep_alive"
}
