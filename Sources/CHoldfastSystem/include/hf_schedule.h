// How soon this process runs once it is woken.
#pragma once

/// sched_setattr(2): asks for a time slice of `microseconds` for this thread and all it will start; 0 asks for the kernel's default again.
/// A request waits for the daemon to be woken while the engine's threads keep every core busy, and since Linux 6.12 a thread with a shorter
/// slice may go first; older kernels ignore or refuse it, and nothing is lost. C because glibc has no wrapper. Returns 0, or -1 and errno.
int hf_set_time_slice(unsigned long long microseconds);
