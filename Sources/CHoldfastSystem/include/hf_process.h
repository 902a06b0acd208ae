// Process control on Linux: variadic system calls and headers that Swift's Glibc module does not carry.
#pragma once
#include <sys/types.h>

/// prctl(PR_SET_PDEATHSIG): the kernel sends `signal` to this process when the *thread* that forked it ends. Survives execve of an
/// ordinary file. C because prctl is variadic. Returns 0, or -1 and errno.
int hf_set_parent_death_signal(int signal);

/// prctl(PR_SET_NO_NEW_PRIVS): no execve from here on gains a privilege (set-uid, file capabilities); inherited, cannot be undone.
/// C because prctl is variadic. Returns 0, or -1 and errno.
int hf_set_no_new_privileges(void);

/// prctl(PR_SET_DUMPABLE): with 0, no core file, no ptrace and no /proc/PID/mem by the same uid, until the next execve, which sets it
/// back. For a process that holds secrets. C because prctl is variadic. Returns 0, or -1 and errno.
int hf_set_dumpable(int dumpable);

/// close_range(2): closes every descriptor from `first` up. C because glibc declares it under _GNU_SOURCE only.
/// Returns 0, or -1 and errno (ENOSYS before Linux 5.9).
int hf_close_from(unsigned first);

/// pidfd_open(2), close-on-exec: readable once the process has ended, whatever thread waits. Call it before the process is reaped.
/// C because <sys/pidfd.h> is in no module. Returns a descriptor, or -1 and errno.
int hf_pidfd_open(pid_t pid);

/// pipe2(2) with O_CLOEXEC on both ends and O_NONBLOCK on the reading one. C because pipe2 is declared under _GNU_SOURCE only; pipe
/// followed by fcntl would leak the ends into a process that another thread spawns in between. Returns 0, or -1 and errno.
int hf_pipe(int ends[2]);

/// Every signal to its default action and the mask to empty: an ignored or blocked signal survives execve. C because glibc refuses
/// signal(2) for the two it keeps for threads, which its own posix_spawn leaves ignored in the child.
void hf_reset_signals(void);

/// wait4(2) parts that are macros: the exit code or -1 when a signal ended it; and that signal or 0.
int hf_wait_exit_code(int status);
int hf_wait_signal(int status);

/// setrlimit(2) by number, soft and hard limit alike. C because glibc types the resource as an enum in C and as an int elsewhere.
/// Returns 0, or -1 and errno.
int hf_set_limit(int resource, unsigned long long value);
extern const int hf_limit_nofile, hf_limit_core, hf_limit_fsize, hf_limit_data, hf_limit_as, hf_limit_nproc, hf_limit_stack,
    hf_limit_memlock;
