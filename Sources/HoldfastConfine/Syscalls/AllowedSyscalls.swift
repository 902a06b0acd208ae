/// What may be called without a condition. `ConditionalSyscalls` has those whose arguments matter, `ForbiddenSyscalls` those that end the
/// process; all others fail with ENOSYS, as on an older kernel, so that a library falls back to what it did before.
extension SyscallProfile {
    /// Memory, files that Landlock lets through, threads' clockwork, time, the end.
    static let everywhere = [
        "brk", "munmap", "mremap", "madvise", "mincore", "msync", "membarrier",
        "read", "readv", "pread64", "preadv", "write", "writev", "lseek", "close",
        "open", "openat", "fstat", "stat", "lstat", "newfstatat", "statx", "statfs", "fstatfs",
        "access", "faccessat", "faccessat2", "readlink", "readlinkat", "getcwd", "getdents64", "fadvise64", "fcntl", "dup",
        "futex", "set_robust_list", "get_robust_list", "rseq", "set_tid_address", "sched_yield", "sched_getaffinity", "getcpu",
        "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "rt_sigtimedwait", "sigaltstack", "restart_syscall", "arch_prctl",
        "clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday", "time", "times", "getrusage",
        "getpid", "getppid", "gettid", "getuid", "geteuid", "getgid", "getegid", "getrandom", "uname", "sysinfo", "getrlimit",
        "exit", "exit_group",
    ]

    /// A server on a Unix socket with worker threads, which saves its slots into its scratch folder. `execve` is how holdfast-confine
    /// becomes it; Landlock says what may be executed.
    static let serving = [
        "execve", "bind", "listen", "accept", "accept4", "getsockname", "getpeername", "getsockopt", "setsockopt", "recvfrom", "shutdown",
        "poll", "ppoll", "select", "pselect6", "pause",
        "pwrite64", "pwritev", "ftruncate", "fsync", "fdatasync", "fallocate", "unlink", "unlinkat",
        "sched_setaffinity", "sched_getparam", "sched_getscheduler", "sched_get_priority_max", "sched_get_priority_min", "getpriority",
        "mlock", "munlock", "mlock2", "get_mempolicy",
    ]

    /// What Python's start, `selectors` and `signal` add.
    static let interpreting = [
        "epoll_create1", "epoll_ctl", "epoll_wait", "epoll_pwait", "eventfd2", "pipe", "pipe2", "dup2", "dup3",
        "getgroups", "getpgrp", "getpgid", "getsid", "getresuid", "getresgid", "rt_sigpending", "rt_sigsuspend", "setitimer", "getitimer",
        "umask", "sched_rr_get_interval", "chdir",
    ]
}
