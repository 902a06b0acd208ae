#define _GNU_SOURCE
#include "hf_process.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int hf_set_parent_death_signal(int signal) { return prctl(PR_SET_PDEATHSIG, (unsigned long)signal, 0, 0, 0); }

int hf_set_no_new_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); }

int hf_set_dumpable(int dumpable) { return prctl(PR_SET_DUMPABLE, (unsigned long)(dumpable != 0), 0, 0, 0); }

int hf_close_from(unsigned first) { return close_range(first, ~0U, 0); }

// By number: glibc before 2.36 has no wrapper.
int hf_pidfd_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

int hf_pipe(int ends[2]) {
    if (pipe2(ends, O_CLOEXEC) != 0) return -1;
    return fcntl(ends[0], F_SETFL, O_NONBLOCK);
}

void hf_reset_signals(void) {
    // The kernel's struct sigaction is smaller than this on every architecture, and SIG_DFL with no flags is all zeroes.
    const unsigned long action[16] = {0};
    const unsigned long long none = 0;
    for (int number = 1; number <= 64; number++) syscall(SYS_rt_sigaction, number, action, NULL, 8);
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &none, NULL, 8);
}

int hf_wait_exit_code(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : -1; }

int hf_wait_signal(int status) { return WIFSIGNALED(status) ? WTERMSIG(status) : 0; }

int hf_set_limit(int resource, unsigned long long value) {
    struct rlimit limit = {.rlim_cur = value, .rlim_max = value};
    return setrlimit((__rlimit_resource_t)resource, &limit);
}

const int hf_limit_nofile = RLIMIT_NOFILE, hf_limit_core = RLIMIT_CORE, hf_limit_fsize = RLIMIT_FSIZE, hf_limit_data = RLIMIT_DATA,
          hf_limit_as = RLIMIT_AS, hf_limit_nproc = RLIMIT_NPROC, hf_limit_stack = RLIMIT_STACK, hf_limit_memlock = RLIMIT_MEMLOCK;
