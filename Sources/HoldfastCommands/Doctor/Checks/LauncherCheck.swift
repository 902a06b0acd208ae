import HoldfastCore

/// Who starts engines here: systemd, as users of their own, or the node itself.
struct LauncherCheck: DoctorCheck {
    let machine: MachineView
    let settings: DoctorSettings

    func run() -> DoctorFinding {
        let socket = RuntimeDirectory.system + "/engine.sock"
        let isOffered = machine.isSocket(socket)
        switch settings.launcher {
        case "child": return DoctorFinding("launcher", .ok, "The node starts engines itself, as the configuration says.")
        case "auto", "systemd":
            if isOffered {
                return DoctorFinding(
                    "launcher", .ok, "systemd starts the engines of the machine's node, each as an instance of holdfast-engine@.service.")
            }
            guard settings.launcher == "systemd" else {
                return DoctorFinding("launcher", .ok, "Nodes start engines themselves: systemd does not listen on \(socket).")
            }
            return DoctorFinding(
                "launcher", .failed, "systemd is to start engines, and does not listen on \(socket).",
                remedy: "systemctl enable --now holdfast-engine.socket")
        default:
            return DoctorFinding(
                "launcher", .failed, "'engine.launcher' must be auto, child or systemd; it is '\(settings.launcher.prefix(40))'.",
                remedy: "mend engine.launcher in the configuration; docs/configuration.md lists all settings")
        }
    }
}
