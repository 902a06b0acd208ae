/// Who holds the built-in roles (but for `records-officer`) without any policy file: it follows from how the daemon was started.
/// `built_in_bindings: false` in a policy file drops them.
public struct BuiltInBindings: Hashable, Sendable {
    let bindings: [Binding]

    /// Nobody; for tests, and for checking files on another machine.
    public static let none = BuiltInBindings(bindings: [])

    /// An ordinary user started the daemon, or root did (uid 0), by hand: that uid holds every built-in role. Nobody does when the uid is
    /// the overflow uid, which any number of users may be shown as.
    public static func startedBy(uid: UInt32) -> BuiltInBindings {
        uid == Caller.overflowID ? none : BuiltInBindings(subjects: [.uid(uid)], because: "started-by")
    }

    /// A unit started the daemon under a uid of its own: uid 0 and the group hold every built-in role, the daemon's uid none.
    public static func systemd(group: String = "holdfast-admin") -> BuiltInBindings {
        BuiltInBindings(subjects: [.uid(0), .group(group)], because: "systemd")
    }

    private init(bindings: [Binding]) { self.bindings = bindings }

    private init(subjects: [Subject], because: String) {
        let location = SourceLocation(file: "built-in:\(because)")
        bindings = BuiltInRoles.names.filter { $0 != BuiltInRoles.recordsOfficer }.map { role in
            Binding(
                role: role, subjects: subjects.map { Binding.Entry(subject: $0, location: location) }, location: location,
                roleLocation: location)
        }
    }
}
