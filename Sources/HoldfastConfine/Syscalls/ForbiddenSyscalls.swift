/// Calls that no engine makes in good faith: the process ends with SIGSYS, which the audit trail records as `engine_violation`.
enum ForbiddenSyscalls {
    static let names =
        // Reaching others: `connect`, and messages that carry an address or a descriptor. `socket` and `sendto` are conditional.
        ["connect", "sendmsg", "sendmmsg", "recvmmsg"]
        // New processes (`clone` is conditional, `clone3` must be ENOSYS for glibc to fall back to it).
        + ["fork", "vfork", "execveat"]
        // Other processes.
        + ["ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "pidfd_open", "pidfd_getfd", "pidfd_send_signal"]
        + ["kcmp"]
        + ["rt_sigqueueinfo", "rt_tgsigqueueinfo", "tkill"]
        // Mounts and roots.
        + ["mount", "umount2", "pivot_root", "chroot", "move_mount", "open_tree", "mount_setattr"]
        + ["fsopen", "fsconfig", "fsmount", "fspick"]
        // Namespaces.
        + ["unshare", "setns"]
        // Keyrings.
        + ["add_key", "request_key", "keyctl"]
        // Wide kernel interfaces with a history of holes.
        + ["bpf", "userfaultfd", "perf_event_open", "io_uring_setup", "io_uring_enter", "io_uring_register", "fanotify_init"]
        // Modules, kernels, the machine.
        + ["init_module", "finit_module", "delete_module", "kexec_load", "kexec_file_load", "reboot", "swapon", "swapoff", "syslog"]
        + ["acct", "quotactl", "settimeofday", "clock_settime", "clock_adjtime", "sethostname", "setdomainname"]
        + ["iopl", "ioperm", "modify_ldt"]
        // Files by handle, past all folders; nodes of devices.
        + ["open_by_handle_at", "name_to_handle_at", "mknod", "mknodat"]
        // Becoming another.
        + ["setuid", "setgid", "setreuid", "setregid", "setresuid", "setresgid", "setgroups", "setfsuid", "setfsgid", "capset"]
        // Another filter, another Landlock domain: an engine needs neither.
        + ["seccomp", "landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self", "personality", "setsid", "setpgid"]
}
