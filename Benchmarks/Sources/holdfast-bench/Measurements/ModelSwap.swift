import Foundation
import Glibc

/// Two models that do not fit together: from a request to its first token when the other has to go, beside a llama-server that is started for
/// the request with the same arguments.
enum ModelSwap {
    static func run(_ context: BenchContext) async throws -> [Row] {
        let node = try context.node(environment: ["HOLDFAST_MEMORY_BUDGET": "700MiB"])
        try node.holdfast("model", "add", try context.demoModel(), "--name", "bench")
        try node.holdfast("model", "add", try context.demoTwin(), "--name", "twin")
        var ours: [Double] = []
        var bare: [Double] = []
        // The first load of each reads its file through and through.
        for model in ["bench", "twin"] { _ = try ask(node, model) }
        for _ in 0..<context.rounds(10) {
            for model in ["bench", "twin"] { ours.append(try ask(node, model) * 1000) }
            bare.append(try startAlone(context, like: node) * 1000)
        }
        let (with, without) = (Sample(ours), Sample(bare))
        return [
            Row(
                key: "swap", name: "first token of a model for which another has to go", figure: with.median, unit: "ms",
                baseline: without.median, beside: "a bare llama-server's start and first token", ratio: without.median / with.median,
                rounds: ours.count,
                spread: [with.quartiles.lowerBound, with.quartiles.upperBound])
        ]
    }

    private static func ask(_ node: Node, _ model: String) throws -> Double {
        let body = ChatRequest.holdfast(ChatRequest.short, tokens: 2).replacing("\"bench\"", with: "\"\(model)\"")
        let seconds = try StreamedAnswer(socket: node.apiSocket, body: body).firstToken
        // The other has gone; else this was no swap.
        _ = try node.engineSocket()
        return seconds
    }

    /// The engine that runs now, once more, by itself.
    private static func startAlone(_ context: BenchContext, like node: Node) throws -> Double {
        let running = try node.engineSocket()
        guard let words = try arguments(ofTheOneWith: running) else { throw BenchError("no process has \(running) among its arguments") }
        let socket = context.sockets.path + "/alone.sock"
        unlink(socket)
        var alone = words.map { $0 == running ? socket : $0 }
        if let place = alone.firstIndex(of: "--slot-save-path") { alone.removeSubrange(place...place + 1) }
        let start = Clock.seconds
        let child = try Child(alone)
        defer {
            kill(child.pid, SIGKILL)
            child.wait()
        }
        while try !isReady(socket, child) { usleep(2000) }
        let ready = Clock.seconds - start
        return ready + (try StreamedAnswer(socket: socket, body: ChatRequest.engine(ChatRequest.short, tokens: 2, slot: 0)).firstToken)
    }

    private static func isReady(_ socket: String, _ child: Child) throws -> Bool {
        guard child.isRunning else { throw BenchError("llama-server ended by itself") }
        guard access(socket, F_OK) == 0, let connection = try? HTTPConnection(path: socket) else { return false }
        guard (try? connection.send("GET", "/health")) != nil, let head = try? connection.readHead() else { return false }
        return head.status == 200
    }

    private static func arguments(ofTheOneWith word: String) throws -> [String]? {
        for name in try FileManager.default.contentsOfDirectory(atPath: "/proc") where Int(name) != nil {
            guard let line = try? String(contentsOfFile: "/proc/\(name)/cmdline", encoding: .utf8), line.contains(word) else { continue }
            return line.split(separator: "\0").map(String.init)
        }
        return nil
    }
}
