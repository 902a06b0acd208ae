/// Whether systemd starts the node: of a node that was installed from its package.
struct UnitsCheck: DoctorCheck {
    static let units = ["holdfastd.socket", "holdfastd.service"]
    let machine: MachineView

    func run() -> DoctorFinding {
        guard machine.file("/run/systemd/system") != nil else {
            return DoctorFinding("units", .ok, "systemd does not run here; the node is started by hand.")
        }
        guard machine.isInstalled else {
            return DoctorFinding("units", .ok, "The units of the package holdfast are not installed; the node is started by hand.")
        }
        for unit in Self.units {
            guard let answer = machine.systemctl(["show", "--property=ActiveState,UnitFileState,SubState", unit]) else {
                return DoctorFinding("units", .warning, "systemctl does not answer.", remedy: "systemctl status \(unit)")
            }
            let state = Dictionary(
                answer.split(separator: "\n").map { $0.split(separator: "=", maxSplits: 1).map(String.init) }.filter { $0.count == 2 }
                    .map { ($0[0], $0[1]) }, uniquingKeysWith: { first, _ in first })
            if state["UnitFileState"] == "masked" {
                return DoctorFinding("units", .failed, "\(unit) is masked: nothing starts it.", remedy: "systemctl unmask \(unit)")
            }
            if state["ActiveState"] == "failed" {
                return DoctorFinding(
                    "units", .failed, "\(unit) has failed.",
                    remedy: "holdfast logs --lines 50 says why; then: systemctl reset-failed \(unit) && systemctl start \(unit)")
            }
            if state["ActiveState"] != "active" {
                return DoctorFinding(
                    "units", .failed, "\(unit) is \(state["ActiveState"] ?? "not loaded").", remedy: "systemctl enable --now \(unit)")
            }
        }
        return DoctorFinding("units", .ok, "\(Self.units.joined(separator: " and ")) are active.")
    }
}
