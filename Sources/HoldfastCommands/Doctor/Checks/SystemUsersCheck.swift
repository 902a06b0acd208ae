/// Whether the users and the group that the package makes are there.
struct SystemUsersCheck: DoctorCheck {
    let machine: MachineView

    func run() -> DoctorFinding {
        guard machine.isInstalled else {
            return DoctorFinding("users", .ok, "The package holdfast is not installed: the node runs as whoever starts it.")
        }
        let missing =
            ["holdfast", "holdfast-engine"].filter { machine.user($0) == nil }.map { "the user \($0)" }
            + ["holdfast-admin"].filter { machine.group($0) == nil }.map { "the group \($0)" }
        guard missing.isEmpty else {
            return DoctorFinding(
                "users", .failed, "This system lacks \(missing.joined(separator: " and ")).", remedy: "systemd-sysusers holdfast.conf")
        }
        return DoctorFinding("users", .ok, "The users holdfast and holdfast-engine and the group holdfast-admin are there.")
    }
}
