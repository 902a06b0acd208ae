/// Which system calls a program may make, and which of the system's files it reads. `docs/confinement.md` has the measurements.
enum SyscallProfile: String, Sendable {
    /// A compiled `llama-server`.
    case native
    /// An engine inside an interpreter: the development engine is a Python program.
    case hosted
    /// A program of ours that reads one open file, and starts nothing.
    case reader

    /// Names for libseccomp; those an architecture does not have are left out there.
    var allowed: [String] {
        switch self {
        case .native: Self.everywhere + Self.serving
        case .hosted: Self.everywhere + Self.serving + Self.interpreting
        case .reader: Self.everywhere
        }
    }

    /// Read-only, with what is beneath; those that a system does not have are left out.
    var systemPaths: [String] {
        let serving = [
            "/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/local/lib", "/etc/ld.so.cache", "/etc/localtime", "/usr/share/zoneinfo",
            "/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu", "/sys/devices/system/node",
        ]
        return switch self {
        case .native: serving
        case .hosted: serving + ["/usr/share/locale", "/proc/sys/vm/overcommit_memory", "/dev/urandom"]
        case .reader: []
        }
    }

    /// Files that may be executed beside the engine: the dynamic loaders of its format, and the interpreters.
    var programs: [String] {
        let loaders = ["/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1"]
        return switch self {
        case .native: loaders
        case .hosted: loaders + ["/bin/sh", "/usr/bin/env", "/usr/bin/python3"]
        case .reader: []
        }
    }
}
