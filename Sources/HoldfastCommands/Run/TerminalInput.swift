import Dispatch

/// Lines from the terminal. Reading blocks, so it has a thread of its own.
struct TerminalInput: PromptInput {
    private let queue = DispatchQueue(label: "holdfast.terminal-input")

    func nextLine() async -> String? {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: readLine()) }
        }
    }
}
