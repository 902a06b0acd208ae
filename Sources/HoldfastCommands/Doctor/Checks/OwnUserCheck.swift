import HoldfastCore
import HoldfastHTTP

/// Whether engines run as a user who is not the daemon's.
struct OwnUserCheck: DoctorCheck {
    let machine: MachineView
    let settings: DoctorSettings
    /// Ours, which is taken for the daemon's.
    let uid: UInt32

    func run() -> DoctorFinding {
        if settings.user == nil, settings.launcher != "child", machine.isSocket(RuntimeDirectory.system + "/engine.sock") {
            guard let account = SystemNames.account(named: "holdfast-engine") else {
                return DoctorFinding(
                    "own_user", .failed, "holdfast-engine@.service has the user 'holdfast-engine', and this system has none of that name.",
                    remedy: "systemd-sysusers")
            }
            return DoctorFinding("own_user", .ok, "Engines of the machine's node run as 'holdfast-engine', uid \(account.uid).")
        }
        guard let name = settings.user else {
            return .missing(
                "own_user", settings.ownUser, "Engines have no user of their own and run as the daemon's.",
                remedy:
                    "useradd --system --no-create-home holdfast-engine, and in the configuration of a node that root starts: confinement.user: holdfast-engine"
            )
        }
        guard let account = SystemNames.account(named: name) ?? UInt32(name).flatMap(SystemNames.account(uid:)) else {
            return DoctorFinding(
                "own_user", .failed, "The configuration names the user '\(name)' for engines, and this system has none of that name.",
                remedy: "useradd --system --no-create-home \(name)")
        }
        guard uid == 0 else {
            return DoctorFinding(
                "own_user", .failed, "Engines are to run as '\(name)', and only root can become another user; this is uid \(uid).",
                remedy: "start the node as root, or leave confinement.user out")
        }
        return DoctorFinding("own_user", .ok, "Engines run as '\(name)', uid \(account.uid).")
    }
}
