import HoldfastCore
import HoldfastHTTP

/// Whether the policy files can be put in force as they are.
struct PolicyCheck: DoctorCheck {
    let machine: MachineView
    let settings: DoctorSettings

    func run() -> DoctorFinding {
        guard let folder = settings.policies, machine.file(folder) != nil else {
            return DoctorFinding("policy", .ok, "There are no policy files: the built-in roles and bindings hold.")
        }
        let names = machine.names(folder).filter { $0.hasSuffix(".yaml") }.sorted()
        let check = "holdfast access policy check \(folder)/*.yaml"
        do {
            let sources = try names.map { name -> PolicySource in
                guard let text = machine.text("\(folder)/\(name)") else {
                    throw HoldfastError(.fileUnreadable, "\(folder)/\(name) cannot be read.")
                }
                return PolicySource(name: "\(folder)/\(name)", text: text)
            }
            let policy = try PolicyLoader(builtInBindings: .systemd(), resolver: SystemNames.resolver).load(sources, generation: 0)
            guard policy.warnings.isEmpty else {
                return DoctorFinding(
                    "policy", .warning,
                    "The files of \(folder) have \(Human.count(policy.warnings.count, "warning")): \(policy.warnings[0].description)",
                    remedy: check)
            }
            return DoctorFinding("policy", .ok, "\(Human.count(names.count, "policy file")) in \(folder) can be put in force.")
        } catch {
            return DoctorFinding(
                "policy", .failed, "The files of \(folder) are refused: \(HoldfastError(wrapping: error).message)",
                remedy: "\(check); the policy that was applied last stays in force meanwhile")
        }
    }
}
