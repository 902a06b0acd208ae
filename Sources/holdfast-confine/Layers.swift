import CHoldfastSystem

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Puts the layers on, in the one order in which they can be. `docs/architecture.md` lists them beside what each is for.
///
/// 1. Death with the parent, before anything can take time.
/// 2. Session, descriptors, signals: nothing of the daemon's is left.
/// 3. Out-of-memory order, limits, umask, working directory.
/// 4. No new privileges, which the two layers after it need.
/// 5. The place of Landlock: the model and the engine's folder read-only, one scratch folder, one socket folder.
/// 6. The place of seccomp: last, because it forbids the calls that the layers above make.
///
/// 5 and 6 are not put on yet and nothing claims them. Not being dumpable is no layer: execve sets it back; `--limit-core 0` stays.
func confine(_ invocation: Invocation) {
    require("parent-death signal", hf_set_parent_death_signal(SIGKILL))
    // The parent may have died before the line above; then the signal never comes.
    guard getppid() == invocation.parent else { fail(.confinement, "process \(invocation.parent) is not the parent any more") }

    // A session of its own is also a process group of its own: a signal to the group reaches all that the engine starts.
    if setsid() == -1 { require("session", getpgrp() == getpid() ? 0 : -1) }
    require("closing descriptors", hf_close_from(3))
    hf_reset_signals()

    preferForOutOfMemory()
    for limit in invocation.limits { require(limit.name, hf_set_limit(limit.resource, limit.value)) }
    umask(0o077)
    require("working directory", chdir("/"))

    require("no new privileges", hf_set_no_new_privileges())
}

/// When memory is short the kernel takes the engine, which starts again by itself, and not the daemon. Raising one's own score needs no
/// privilege; where /proc is not mounted the engine runs all the same.
private func preferForOutOfMemory() {
    let file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return }
    let score = "500"
    _ = score.withCString { write(file, $0, score.utf8.count) }
    close(file)
}
