import CHoldfastSystem
import CSeccomp
import Glibc

/// For a service of ours that holds secrets: from here on it has one folder, no network, no further programs, and no look into other processes.
///
/// Called once everything is open: the folder's files, and the socket it serves. What does not hold ends the process.
public enum NetworklessService {
    private static let allow: UInt32 = 0x7fff_0000
    private static let refuse = 0x0005_0000 | UInt32(EPERM)

    public static func confine(folder: String) {
        require("no new privileges", hf_set_no_new_privileges())
        require("core dumps", hf_set_limit(hf_limit_core, 0))
        do {
            let ruleset = try Landlock(minimumABI: 1).ruleset(of: folder)
            guard hf_landlock_restrict(ruleset) == 0 else { throw LayerProblem("landlock_restrict_self") }
            close(ruleset)
        } catch let problem as LayerProblem {
            // Where the kernel has none, the filter below still holds, and the unit's own sandbox.
            say("landlock is left off: \(problem.text)")
        } catch {
            fail(.confinement, "landlock: \(error)")
        }
        do { try loadFilter() } catch { fail(.confinement, "seccomp: \((error as? LayerProblem)?.text ?? "\(error)")") }
    }

    /// Everything that opens a way out is refused; the rest of the calls stay, for the language's runtime.
    private static func loadFilter() throws {
        guard hf_seccomp_available() == 0 else { throw LayerProblem("this kernel does not offer it") }
        guard let context = seccomp_init(allow) else { throw LayerProblem(saying: "out of memory") }
        defer { seccomp_release(context) }
        try check(seccomp_attr_set(context, SCMP_FLTATR_ACT_BADARCH, 0x8000_0000))
        // Accepting is not connecting: the one socket is bound and listens already.
        let names = [
            "socket", "socketpair", "connect", "bind", "sendmmsg", "execve", "execveat", "fork", "vfork", "ptrace", "process_vm_readv",
            "process_vm_writev", "pidfd_getfd", "bpf", "io_uring_setup", "io_uring_enter", "userfaultfd", "perf_event_open", "unshare",
            "setns",
            "mount", "umount2", "pivot_root", "chroot", "kexec_load", "init_module", "finit_module", "delete_module", "keyctl", "add_key",
            "request_key", "open_by_handle_at", "personality",
        ]
        for name in names {
            let number = seccomp_syscall_resolve_name(name)
            guard number >= 0 else { continue }
            try check(seccomp_rule_add_array(context, refuse, number, 0, nil))
        }
        try check(seccomp_load(context))
    }

    private static func check(_ result: Int32) throws {
        if result != 0 { throw LayerProblem(saying: String(cString: strerror(-result))) }
    }
}

extension Landlock {
    /// One folder, to read and to write, and nothing else; no TCP where the kernel can say so.
    fileprivate func ruleset(of folder: String) throws -> Int32 {
        let ruleset = hf_landlock_create(handled.rawValue, abi >= 4 ? 3 : 0, abi >= 6 ? 3 : 0)
        guard ruleset >= 0 else { throw LayerProblem("landlock_create_ruleset") }
        try allow(folder, [.readFile, .readFolder, .writeFile, .makeFile, .removeFile, .truncate], in: ruleset)
        return ruleset
    }
}
