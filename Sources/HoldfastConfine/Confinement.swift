import CHoldfastSystem
import Glibc

extension Invocation {
    /// Puts the layers on, in the one order in which they can be. `docs/confinement.md` says what each is for.
    ///
    /// 1. Death with the parent, before anything can take time.
    /// 2. Session, descriptors, signals: nothing of the daemon's is left.
    /// 3. Out-of-memory order, limits, umask, working directory.
    /// 4. The model's file, while we may still reach it; then the engine's own user.
    /// 5. No new privileges, which the two layers after it need.
    /// 6. Landlock: what is given on the command line, and nothing else of the file system.
    /// 7. seccomp: last, because it forbids the calls that the layers above make.
    ///
    /// Ends the process when something that is required does not hold. Not being dumpable is no layer: execve sets it back;
    /// `--limit-core 0` stays.
    /// - Returns: a descriptor of the model's file, where one was named and a program of our own is to read it.
    @discardableResult public func confine() -> Int32? {
        dieWithParent()
        // A session of its own is also a process group of its own: a signal to the group reaches all that the engine starts.
        if setsid() == -1 { require("session", getpgrp() == getpid() ? 0 : -1) }
        require("closing descriptors", hf_close_from(UInt32(modelDescriptor.map { $0 + 1 } ?? 3)))
        hf_reset_signals()

        preferForOutOfMemory()
        for limit in limits { require(limit.name, hf_set_limit(limit.resource, limit.value)) }
        Glibc.umask(umask)
        require("working directory", chdir("/"))

        // Another user cannot come through the daemon's folders, but may read a file that is open.
        let file = openModel()
        let ruleset = layer("landlock", landlock) { () throws(LayerProblem) in try Landlock(minimumABI: landlockABI).ruleset(for: self) }
        if let user {
            require("own user", hf_become(user.user, user.group))
            dieWithParent()
        }
        require("no new privileges", hf_set_no_new_privileges())
        if let ruleset {
            _ = layer("landlock", landlock) { () throws(LayerProblem) in
                if hf_landlock_restrict(ruleset) != 0 { throw LayerProblem("landlock_restrict_self") }
            }
            close(ruleset)
        }
        _ = layer("seccomp", seccomp) { () throws(LayerProblem) in try SyscallFilter(calls).load() }
        return file
    }

    private func dieWithParent() {
        require("parent-death signal", hf_set_parent_death_signal(SIGKILL))
        // The parent may have died before the line above; then the signal never comes.
        guard getppid() == parent else { fail(.confinement, "process \(parent) is not the parent any more") }
    }

    /// For a program of our own, and for an engine of another user; or what was open before we came to be.
    private func openModel() -> Int32? {
        if let modelDescriptor { return modelDescriptor }
        guard let model, program == nil || user != nil else { return nil }
        let file = open(model, O_RDONLY)
        guard file >= 0 else { fail(.model, "\(model): \(String(cString: strerror(errno)))") }
        return file
    }

    private func layer<Value>(_ name: String, _ level: Level, _ putOn: () throws(LayerProblem) -> Value) -> Value? {
        guard level != .off else { return nil }
        do {
            return try putOn()
        } catch {
            if level == .required { fail(.confinement, "\(name): \(error.text)") }
            say("\(name) is left off: \(error.text)")
            return nil
        }
    }

    /// When memory is short the kernel takes the engine, which starts again by itself, and not the daemon. Raising one's own score needs
    /// no privilege; where /proc is not mounted the engine runs all the same.
    private func preferForOutOfMemory() {
        let file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return }
        let score = "500"
        _ = score.withCString { write(file, $0, score.utf8.count) }
        close(file)
    }
}

/// Why a layer cannot be put on.
struct LayerProblem: Error {
    let text: String

    /// - Parameter step: followed by what `errno` says.
    init(_ step: String) { text = "\(step): \(String(cString: strerror(errno)))" }

    init(saying text: String) { self.text = text }
}
