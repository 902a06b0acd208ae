/// Whether there is a program to compute with. Which one a node uses, `holdfast engine list` says.
struct EngineCheck: DoctorCheck {
    private static let packages = "/usr/lib/holdfast/engines"
    let machine: MachineView
    let settings: DoctorSettings

    func run() -> DoctorFinding {
        if let path = settings.engine {
            guard let file = machine.file(path), file.kind == .file, file.mode & 0o111 != 0 else {
                return DoctorFinding(
                    "engine", .failed, "engine.path names \(path), which is no program.",
                    remedy: "correct engine.path, or take it out of the configuration")
            }
            guard file.mode & 0o022 == 0 else {
                return DoctorFinding("engine", .failed, "Others may write the engine \(path): it is not run.", remedy: "chmod go-w \(path)")
            }
            return DoctorFinding("engine", .ok, "The configured engine is \(path).")
        }
        var found: [String] = []
        for folder in [Self.packages, settings.cache + "/engines"] {
            found += machine.names(folder).map { "\(folder)/\($0)/bin/llama-server" }.filter { machine.file($0) != nil }
        }
        let installed = machine.names(settings.state + "/engines").filter { $0.count == 64 }.count
        guard !found.isEmpty || installed > 0 else {
            return DoctorFinding(
                "engine", .failed, "There is no engine: no model can be run.",
                remedy: "apt install ./holdfast-engine-llamacpp_*.deb; or: holdfast engine install FILE; from the sources: scripts/setup")
        }
        let own = installed > 0 ? ["\(Human.count(Int64(installed), "engine")) that was installed on the node"] : []
        return DoctorFinding("engine", .ok, "There is \((found.sorted() + own).joined(separator: ", ")).")
    }
}
