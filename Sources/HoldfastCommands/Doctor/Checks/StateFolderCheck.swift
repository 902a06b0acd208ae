/// Whether the state directory is its owner's alone, and the signing key is there.
struct StateFolderCheck: DoctorCheck {
    let machine: MachineView
    let settings: DoctorSettings

    func run() -> DoctorFinding {
        let id = "permissions"
        let path = settings.state
        guard let folder = machine.file(path) else {
            return DoctorFinding(id, .ok, "The state directory \(path) is not there yet; the first start makes it.")
        }
        guard folder.kind == .folder else {
            return DoctorFinding(id, .failed, "\(path) is not a directory.", remedy: "start the node with another --state")
        }
        guard folder.mode & 0o022 == 0 else {
            return DoctorFinding(
                id, .failed, "Others may write to the state directory \(path) (mode \(octal(folder.mode))): the node does not start.",
                remedy: "look at what is in it, then: chmod 700 \(path)")
        }
        for (name, mode) in [("keys", 0o700), ("keys/audit.ed25519", 0o600), ("holdfast.db", 0o600)] {
            guard let file = machine.file("\(path)/\(name)") else { continue }
            guard file.uid == folder.uid else {
                return DoctorFinding(
                    id, .failed, "\(path)/\(name) belongs to uid \(file.uid), and the state directory to uid \(folder.uid).",
                    remedy: "chown -R --reference=\(path) \(path)")
            }
            guard file.mode & ~UInt32(mode) == 0 else {
                return DoctorFinding(
                    id, .failed, "Others may read \(path)/\(name) (mode \(octal(file.mode))).",
                    remedy: "chmod \(String(mode, radix: 8)) \(path)/\(name)"
                        + (name.hasSuffix("ed25519") ? "; if somebody may have read it: holdfast audit rotate-key" : ""))
            }
        }
        return DoctorFinding(id, .ok, "The state directory \(path) is uid \(folder.uid)'s alone.")
    }

    private func octal(_ mode: UInt32) -> String { "0" + String(mode, radix: 8) }
}
