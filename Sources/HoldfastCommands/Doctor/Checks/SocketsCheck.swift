/// Whether the sockets have the modes that let in who is meant, and nobody else.
struct SocketsCheck: DoctorCheck {
    let machine: MachineView
    let settings: DoctorSettings

    func run() -> DoctorFinding {
        let (api, admin) = (settings.runtime + "/api.sock", settings.runtime + "/admin.sock")
        guard let application = machine.file(api), let administration = machine.file(admin) else {
            return DoctorFinding(
                "sockets", .warning, "There are no sockets in \(settings.runtime): no node runs there.",
                remedy: machine.isInstalled ? "systemctl start holdfastd.socket" : "holdfastd --runtime \(settings.runtime)")
        }
        for (path, file) in [(api, application), (admin, administration)] where file.kind != .socket {
            return DoctorFinding("sockets", .failed, "\(path) is not a socket.", remedy: "stop the node, rm \(path), and start it again")
        }
        guard administration.mode & 0o007 == 0 else {
            return DoctorFinding(
                "sockets", .failed,
                "Everybody may open \(admin) (mode 0\(String(administration.mode, radix: 8))). Policy still decides, and one layer is gone.",
                remedy: "chmod 660 \(admin); sockets.admin_mode keeps it so")
        }
        guard application.mode & 0o666 == 0o666 else {
            return DoctorFinding(
                "sockets", .warning,
                "Not every user may open \(api) (mode 0\(String(application.mode, radix: 8))): applications may be shut out.",
                remedy: "chmod 666 \(api)")
        }
        return DoctorFinding("sockets", .ok, "The sockets in \(settings.runtime) have their modes.")
    }
}
