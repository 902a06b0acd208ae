/// Verifies an export as it is read, with the log's verifier key alone. Keeps one tile of hashes, whatever the file's length.
///
/// The file's lines of hashes say which record is wrong; the signed root says whether those hashes are to be believed.
public struct ExportVerifier: Sendable {
    /// A checkpoint of as many signatures as a note may have fits.
    static let maximumLineBytes = 2 << 20

    private let keys: [NoteVerifierKey]
    private var chain: KeyChain
    private var line: [UInt8] = []
    private var lineNumber = 0
    private var frontier = TreeFrontier()
    private var block = ExportBlock(first: 0)
    private var hasEnded = false
    private var isUnreadable = false
    private var recordProblem: ExportVerification.Problem?
    private var fileProblem: ExportVerification.Problem?
    private var result = ExportVerification()

    /// - Parameter keys: one of the log's verifier keys; the handovers in the file lead from it to the others.
    public init(keys: [NoteVerifierKey]) {
        self.keys = keys
        chain = KeyChain(trusting: keys)
    }

    /// Takes the next bytes of the file, cut anywhere.
    public mutating func read(_ chunk: some Collection<UInt8>) {
        let done: Void? = chunk.withContiguousStorageIfAvailable { readContiguous($0) }
        if done == nil { Array(chunk).withUnsafeBufferPointer { readContiguous($0) } }
    }

    private mutating func readContiguous(_ bytes: UnsafeBufferPointer<UInt8>) {
        var rest = bytes[...]
        while !isUnreadable, let newline = rest.firstIndex(of: UInt8(ascii: "\n")) {
            line += rest[..<newline]
            rest = rest[(newline + 1)...]
            let whole = line
            line.removeAll(keepingCapacity: true)
            take(whole[...])
        }
        guard !isUnreadable else { return }
        line += rest
        if line.count > Self.maximumLineBytes { giveUp("Line \(lineNumber + 1) is longer than \(Self.maximumLineBytes) bytes.") }
    }

    /// What was found; to be asked once, at the end of the file.
    public mutating func finish() -> ExportVerification {
        if !isUnreadable, !hasEnded || !line.isEmpty {
            note(
                file: hasEnded
                    ? "There is something after its last line." : "It is cut short: its last line, which holds the proof, is missing.")
        }
        if !hasEnded, block.next > block.first {
            note(block.first, "and what follows have no hashes: the file is cut short or a line is missing")
        }
        result.problem = recordProblem ?? fileProblem
        return result
    }

    private mutating func take(_ line: ArraySlice<UInt8>) {
        lineNumber += 1
        do {
            guard lineNumber > 1 else { return try begin(ExportLine.head(line)) }
            guard !hasEnded else { return giveUp("There is something after its last line.") }
            switch try ExportLine(line) {
            case .record(let index, let leaf): note(block.add(index, .shown(leaf)))
            case .withheld(let range, let reason):
                for index in range.prefix(TileCoordinate.fullWidth) { note(block.add(index, .withheld(reason))) }
            case .hashes(let index, let hashes): close(index, hashes)
            case .end(let end): try conclude(end)
            }
        } catch {
            let why = (error as? HoldfastError)?.message ?? "\(error)"
            if lineNumber > 1, !hasEnded { note(block.next, "or the line that should hold it cannot be read") }
            giveUp("Line \(lineNumber) cannot be read. \(why)")
        }
    }

    private mutating func begin(_ head: ExportLine.Head) throws {
        guard keys.contains(where: { NoteKeyName.same($0.name, head.origin) }) else {
            return giveUp("It says it is of the log '\(head.origin.prefix(80))', which no key given here belongs to.")
        }
        chain = try KeyChain(trusting: keys, successions: head.successions)
        frontier = try TreeFrontier(size: head.first, subtrees: head.left)
        block = ExportBlock(first: head.first)
        result.origin = head.origin
        result.filter = head.filter
        result.range = head.first..<head.first
    }

    private mutating func close(_ index: Int, _ hashes: [MerkleHash]) {
        guard index == block.first, (1...block.capacity).contains(hashes.count) else {
            note(block.first, "and what follows have no hashes: a line is missing, was moved or was changed")
            return giveUp("The line of hashes \(lineNumber) is not in its place.")
        }
        note(block.compare(hashes))
        result.shown += block.shown
        result.withheld.merge(block.withheld, uniquingKeysWith: +)
        for hash in hashes { frontier.append(hash) }
        block = ExportBlock(first: frontier.size)
    }

    private mutating func conclude(_ end: ExportLine.End) throws {
        hasEnded = true
        if block.next > block.first { note(block.first, "and what follows have no hashes: a line is missing") }
        guard end.end == frontier.size else {
            if end.end > frontier.size {
                note(frontier.size, "is missing: the file ends before it, and says it goes on to record \(end.end - 1)")
            }
            return giveUp("Its last line says that it ends before record \(end.end); its hashes end before record \(frontier.size).")
        }
        result.range = result.range.lowerBound..<end.end
        let signed = try chain.checkpoint(verifying: end.checkpoint, origin: result.origin ?? "")
        guard signed.size >= end.end else {
            return giveUp("Its checkpoint covers \(signed.size) records, fewer than the file has.")
        }
        let heights = TreeFrontier.heights(over: end.end..<signed.size)
        guard heights.count == end.right.count else {
            return giveUp("Its last line has \(end.right.count) hashes where \(heights.count) lead to the checkpoint.")
        }
        for (hash, height) in zip(end.right, heights) { frontier.append(hash, height: height) }
        result.checkpoint = signed
        guard frontier.root == signed.root else {
            return note(
                file:
                    "Its hashes do not lead to the root that was signed: records, and the hashes beside them, were changed, or are of another tree."
            )
        }
    }

    private mutating func giveUp(_ what: String) {
        isUnreadable = true
        note(file: what)
    }

    private mutating func note(file what: String) {
        if fileProblem == nil { fileProblem = .init(index: nil, what: what) }
    }

    private mutating func note(_ problem: ExportBlock.Problem?) {
        if let problem { note(problem.index, problem.what) }
    }

    private mutating func note(_ index: Int, _ what: String) {
        if index < recordProblem?.index ?? .max { recordProblem = .init(index: index, what: "Record \(index) \(what).") }
    }
}
