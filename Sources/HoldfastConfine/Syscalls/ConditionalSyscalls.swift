import CSeccomp
import Glibc

/// Calls whose arguments decide. Arguments that are pointers cannot be looked into: what such an argument points to can change after.
enum ConditionalSyscalls {
    /// One rule: all conditions hold.
    struct Rule {
        let name: String
        let conditions: [scmp_arg_cmp]

        init(_ name: String, _ conditions: scmp_arg_cmp...) {
            self.name = name
            self.conditions = conditions
        }
    }

    /// - Parameter calls: which kind of program it is for.
    static func allowed(_ calls: SyscallProfile) -> [Rule] {
        calls == .reader ? anywhere : anywhere + serving
    }

    /// No memory that can be written and executed, and none that becomes executable after it was written.
    private static var anywhere: [Rule] {
        let own = UInt64(getpid())
        return [
            Rule("mmap", masked(2, UInt64(PROT_EXEC), 0)),
            Rule("mmap", masked(2, UInt64(PROT_WRITE), 0)),
            Rule("mprotect", masked(2, UInt64(PROT_EXEC), 0)),
            // abort() and pthread_kill() signal a thread of this process; execve keeps the id.
            Rule("tgkill", equal(0, own)),
            Rule("kill", equal(0, own)),
            // Asking for a limit of its own, not setting one.
            Rule("prlimit64", equal(0, 0), equal(2, 0)),
            // PR_GET_DUMPABLE, PR_SET_NAME, PR_GET_NAME, PR_SET_VMA (glibc names its mappings).
            Rule("prctl", equal(0, 3)), Rule("prctl", equal(0, 15)), Rule("prctl", equal(0, 16)), Rule("prctl", equal(0, 0x5356_4d41)),
            // TCGETS and TIOCGWINSZ ask whether this is a terminal; FIOCLEX, FIONCLEX, FIONBIO, FIONREAD are of any descriptor.
            Rule("ioctl", equal(1, 0x5401)), Rule("ioctl", equal(1, 0x5413)), Rule("ioctl", equal(1, 0x5451)),
            Rule("ioctl", equal(1, 0x5450)), Rule("ioctl", equal(1, 0x5421)), Rule("ioctl", equal(1, 0x541b)),
        ]
    }

    private static var serving: [Rule] {
        [
            // Stream sockets between processes of this machine; a datagram socket reaches others without `connect`.
            Rule("socket", equal(0, UInt64(AF_UNIX)), masked(1, 0xf, 1)),
            // An answer on an accepted connection has no address.
            Rule("sendto", equal(4, 0)),
            // A thread of this process, in its namespaces.
            Rule("clone", masked(0, thread | namespaces, thread)),
        ]
    }

    /// End the process, for any kind of program.
    static let forbidden = [
        Rule("socket", scmp_arg_cmp(arg: 0, op: SCMP_CMP_NE, datum_a: UInt64(AF_UNIX), datum_b: 0)),
        Rule("sendto", scmp_arg_cmp(arg: 4, op: SCMP_CMP_NE, datum_a: 0, datum_b: 0)),
        Rule("clone", masked(0, thread, 0)),
        Rule("kill", scmp_arg_cmp(arg: 0, op: SCMP_CMP_NE, datum_a: UInt64(getpid()), datum_b: 0)),
        Rule("tgkill", scmp_arg_cmp(arg: 0, op: SCMP_CMP_NE, datum_a: UInt64(getpid()), datum_b: 0)),
    ]

    /// CLONE_THREAD.
    private static let thread: UInt64 = 0x0001_0000
    /// CLONE_NEWTIME, NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET.
    private static let namespaces: UInt64 = 0x7e02_0080

    private static func equal(_ argument: UInt32, _ value: UInt64) -> scmp_arg_cmp {
        scmp_arg_cmp(arg: argument, op: SCMP_CMP_EQ, datum_a: value, datum_b: 0)
    }

    private static func masked(_ argument: UInt32, _ mask: UInt64, _ value: UInt64) -> scmp_arg_cmp {
        scmp_arg_cmp(arg: argument, op: SCMP_CMP_MASKED_EQ, datum_a: mask, datum_b: value)
    }
}
