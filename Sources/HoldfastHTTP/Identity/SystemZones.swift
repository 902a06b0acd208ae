import Glibc
import HoldfastCore

/// The system's time zone database (package tzdata). Read when policies are loaded; an update of it counts from the next load on.
enum SystemZones {
    private static let folder = "/usr/share/zoneinfo"

    /// - Returns: nil for a zone that is not there, or that is none.
    static func rules(_ name: String) -> TimeZoneRules? {
        // Known without any database.
        if name == "UTC" { return .utc }
        guard TimeZoneRules.isName(name) else { return nil }
        let descriptor = open("\(folder)/\(name)", O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: TimeZoneRules.maximumByteCount + 1)
        var count = 0
        while count < bytes.count {
            let got = bytes[count...].withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            guard got >= 0 else { return nil }
            if got == 0 { break }
            count += got
        }
        guard count <= TimeZoneRules.maximumByteCount else { return nil }
        return TimeZoneRules(name: name, file: Array(bytes[..<count]))
    }
}
