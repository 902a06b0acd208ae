import ArgumentParser
import HoldfastCore

/// Reads `--keep-alive`; a value may begin with a dash (`-1`), so these options take whatever comes next.
enum KeepAliveOption {
    static func parse(_ text: String) throws -> KeepAlive {
        guard let value = KeepAlive(text) else {
            throw ValidationError("'\(text.prefix(40))' is no time such as 5m, 1h, 0, or -1 for ever.")
        }
        return value
    }
}
