import CHoldfastSystem
import CSeccomp
import Glibc

/// The kernel's filter on system calls, made by libseccomp.
struct SyscallFilter {
    /// linux/seccomp.h; libseccomp has them as macros with an argument.
    private enum Action {
        static let killProcess: UInt32 = 0x8000_0000
        static let noSuchCall = 0x0005_0000 | UInt32(ENOSYS)
        static let allow: UInt32 = 0x7fff_0000
    }

    private let calls: SyscallProfile

    /// - Throws: when the kernel cannot filter.
    init(_ calls: SyscallProfile) throws(LayerProblem) {
        guard hf_seccomp_available() == 0 else { throw LayerProblem("this kernel does not offer it") }
        self.calls = calls
    }

    /// From here on, for this process and what it becomes.
    func load() throws(LayerProblem) {
        guard let context = seccomp_init(Action.noSuchCall) else { throw LayerProblem(saying: "out of memory") }
        defer { seccomp_release(context) }
        // Calls of another architecture's numbering (32 bit, x32) are a way around a filter.
        try check("architecture", seccomp_attr_set(context, SCMP_FLTATR_ACT_BADARCH, Action.killProcess))
        // Set already, with an error of its own.
        try check("privileges", seccomp_attr_set(context, SCMP_FLTATR_CTL_NNP, 0))
        for name in calls.allowed { try add(Action.allow, .init(name), to: context) }
        for rule in ConditionalSyscalls.allowed(calls) { try add(Action.allow, rule, to: context) }
        for name in ForbiddenSyscalls.names { try add(Action.killProcess, .init(name), to: context) }
        for rule in ConditionalSyscalls.forbidden { try add(Action.killProcess, rule, to: context) }
        try check("loading the filter", seccomp_load(context))
    }

    private func add(_ action: UInt32, _ rule: ConditionalSyscalls.Rule, to context: scmp_filter_ctx) throws(LayerProblem) {
        let number = seccomp_syscall_resolve_name(rule.name)
        // __NR_SCMP_ERROR for a name this libseccomp does not know; other negative numbers are of other architectures. Unknown is ENOSYS.
        guard number >= 0 else { return }
        try check(rule.name, seccomp_rule_add_array(context, action, number, UInt32(rule.conditions.count), rule.conditions))
    }

    /// libseccomp returns the negative of an errno value.
    private func check(_ step: String, _ result: Int32) throws(LayerProblem) {
        if result != 0 { throw LayerProblem(saying: "\(step): \(String(cString: strerror(-result)))") }
    }
}
