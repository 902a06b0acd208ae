// The kernel's layers that confine an engine: Landlock by system call number (glibc has no wrappers), and what this kernel offers of them.
#pragma once
#include <stdint.h>
#include <sys/types.h>

/// The version of Landlock's interface that this kernel has, from 1; or -1 and errno: ENOSYS where it was not built in, EOPNOTSUPP where
/// it is switched off. C because syscall(2) is variadic.
int hf_landlock_abi(void);

/// landlock_create_ruleset(2): what is handled is denied unless a rule allows it. Rights above the kernel's version make it fail.
/// C because of syscall(2) and because Debian's header knows fewer fields than newer kernels. Returns a descriptor, or -1 and errno.
int hf_landlock_create(uint64_t files, uint64_t network, uint64_t scopes);

/// landlock_add_rule(2) for what is at or beneath `path`, an O_PATH descriptor. C because of syscall(2) and a packed structure.
/// Returns 0, or -1 and errno.
int hf_landlock_allow(int ruleset, int path, uint64_t rights);

/// open(2) with O_PATH and O_CLOEXEC: a place, whether or not it may be read. C because O_PATH is declared under _GNU_SOURCE only.
/// Returns a descriptor, or -1 and errno.
int hf_open_place(const char *path);

/// landlock_restrict_self(2): from here on, for this thread and all it starts. C because of syscall(2). Returns 0, or -1 and errno.
int hf_landlock_restrict(int ruleset);

/// seccomp(2), SECCOMP_GET_ACTION_AVAIL for SECCOMP_RET_KILL_PROCESS: 0 when filters that end a process can be loaded, or -1 and errno.
/// C because of syscall(2).
int hf_seccomp_available(void);

/// Supplementary groups away, then group and user, for good. C because setgroups(2) is declared under _DEFAULT_SOURCE only.
/// Returns 0, or -1 and errno. It clears the parent-death signal.
int hf_become(uid_t user, gid_t group);
