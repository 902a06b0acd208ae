import CHoldfastSystem
import Glibc

/// The user and group an engine runs as, when they are not the daemon's.
struct EngineUser: Sendable, Equatable {
    let user: UInt32
    let group: UInt32

    /// `UID:GID`. Root is no user to give rights up to, and 2^32 - 1 means "unchanged" to the kernel.
    init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let user = UInt32(parts[0]), let group = UInt32(parts[1]),
            user != 0, group != 0, user != .max, group != .max
        else { return nil }
        self.user = user
        self.group = group
    }
}
