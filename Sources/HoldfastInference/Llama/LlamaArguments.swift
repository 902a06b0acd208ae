import HoldfastCore

/// llama-server's command line. Everything by which one request could gain from another's is off: this driver owns the slots.
enum LlamaArguments {
    /// - Parameters:
    ///   - slotFolder: where slot files are; nil when nothing is saved.
    ///   - keepsFullWindow: keys and values are kept for the whole context where the model itself looks back over a window only.
    static func make(
        model: LoadableModel, socketPath: String, settings: EngineSettings, slotFolder: String? = nil, keepsFullWindow: Bool = false
    ) -> [String] {
        var words = [
            "--model", model.path,
            "--host", socketPath,
            // It is repeated in each frame, and nobody reads it.
            "--alias", "m",
            // The engine divides it among the slots.
            "--ctx-size", String(settings.context(for: model) * settings.slots),
            "--parallel", String(settings.slots),
            "--no-kv-unified",
            "--batch-size", String(settings.batchSize),
            "--ubatch-size", String(settings.microBatchSize),
            "--flash-attn", settings.flashAttention ? "on" : "off",
            "--cache-ram", "0",
            "--ctx-checkpoints", "0",
            "--slot-prompt-similarity", "0",
            "--sse-ping-interval", "-1",
            "--threads-http", String(settings.slots + 2),
            "--offline",
            "--no-webui",
        ]
        if let slotFolder { words += ["--slot-save-path", slotFolder] }
        if keepsFullWindow { words.append("--swa-full") }
        if let threads = settings.threads { words += ["--threads", String(threads)] }
        if let threads = settings.batchThreads ?? settings.threads { words += ["--threads-batch", String(threads)] }
        // What is the engine's own default is not said: an engine without the option starts too.
        if settings.cacheType != .f16 {
            words += ["--cache-type-k", settings.cacheType.rawValue, "--cache-type-v", settings.cacheType.rawValue]
        }
        if settings.speculation != .off { words += ["--spec-type", settings.speculation.rawValue] }
        return words
    }
}
