#define _GNU_SOURCE
#include "hf_layers.h"
#include <fcntl.h>
#include <grp.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>
#include <unistd.h>

// The same on every architecture: they are younger than the common table.
enum { landlock_create_ruleset = 444, landlock_add_rule = 445, landlock_restrict_self = 446 };

struct ruleset {
    uint64_t files, network, scopes;
};

struct path_beneath {
    uint64_t rights;
    int32_t parent;
} __attribute__((packed));

int hf_landlock_abi(void) { return (int)syscall(landlock_create_ruleset, NULL, 0, 1U /* LANDLOCK_CREATE_RULESET_VERSION */); }

int hf_landlock_create(uint64_t files, uint64_t network, uint64_t scopes) {
    const struct ruleset ruleset = {files, network, scopes};
    // Older kernels take a longer structure whose unknown part is zero.
    return (int)syscall(landlock_create_ruleset, &ruleset, sizeof ruleset, 0U);
}

int hf_landlock_allow(int ruleset, int path, uint64_t rights) {
    const struct path_beneath rule = {rights, path};
    return (int)syscall(landlock_add_rule, ruleset, 1 /* LANDLOCK_RULE_PATH_BENEATH */, &rule, 0U);
}

int hf_open_place(const char *path) { return open(path, O_PATH | O_CLOEXEC); }

int hf_landlock_restrict(int ruleset) { return (int)syscall(landlock_restrict_self, ruleset, 0U); }

int hf_seccomp_available(void) {
    const uint32_t action = SECCOMP_RET_KILL_PROCESS;
    return (int)syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action);
}

int hf_become(uid_t user, gid_t group) {
    if (setgroups(0, NULL) != 0 || setresgid(group, group, group) != 0) return -1;
    return setresuid(user, user, user);
}
