import Glibc

/// Resident memory of holdfastd: started and idle, and idle again after a chat with the engine gone.
enum IdleMemory {
    /// The daemon gives memory back after ten seconds with nothing to do (decision 6).
    private static let idleSeconds: UInt32 = 25

    private static let goal = 25.0

    static func run(_ context: BenchContext) async throws -> [Row] {
        let node = try context.node()
        // Whatever starting leaves to be done is done within a second.
        sleep(Self.idleSeconds)
        let fresh = try Memory(pid: node.child.pid)
        try node.holdfast("model", "add", try context.demoModel(), "--name", "bench")
        for _ in 0..<5 { _ = try StreamedAnswer(socket: node.apiSocket, body: ChatRequest.holdfast(ChatRequest.long, tokens: 32)) }
        try node.holdfast("model", "unload", "bench")
        sleep(Self.idleSeconds)
        let used = try Memory(pid: node.child.pid)
        return [
            row("memory_idle", "resident memory of holdfastd, idle", fresh),
            row("memory_after_chat", "resident memory of holdfastd, after add and chats", used),
        ]
    }

    private static func row(_ key: String, _ name: String, _ memory: Memory) -> Row {
        let size = mebibytes(memory.resident)
        var details = ["anonymous": mebibytes(memory.anonymous), "file": mebibytes(memory.file), "threads": Double(memory.threads)]
        for (mapping, bytes) in memory.mappings where bytes >= 64 << 10 { details["rss " + mapping] = mebibytes(bytes) }
        return Row(key: key, name: name, figure: size, unit: "MiB", goal: .atMost(goal), rounds: 1, spread: [size, size], details: details)
    }

    private static func mebibytes(_ bytes: Int) -> Double { (Double(bytes) / 1_048_576 * 100).rounded() / 100 }
}
