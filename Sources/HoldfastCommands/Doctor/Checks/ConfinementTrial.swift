import Glibc

/// The layers put on for real, in front of a program that does nothing.
struct ConfinementTrial: DoctorCheck {
    let machine: MachineView
    let settings: DoctorSettings

    func run() -> DoctorFinding {
        let words = [
            "--parent", String(getpid()), "--calls", "native", "--landlock", settings.landlock.rawValue, "--landlock-abi",
            String(settings.landlockVersion), "--seccomp", settings.seccomp.rawValue, "--limit-core", "0", "--", "/bin/true",
        ]
        guard let (status, errors) = machine.confine(words) else {
            return DoctorFinding(
                "confinement", .failed, "holdfast-confine cannot be run: no engine starts.",
                remedy: "it belongs beside holdfast: install the package again")
        }
        let said = errors.split(separator: "\n").last.map { String($0).replacing("holdfast-confine: ", with: "", maxReplacements: 1) }
        guard status == 0 else {
            return DoctorFinding(
                "confinement", .failed, "A trial of all layers failed (\(status)): \(said ?? "without a word"). No engine starts.",
                remedy: "see the layers above; docs/confinement.md says what each needs")
        }
        return DoctorFinding(
            "confinement", .ok, said.map { "A program ran confined: \($0)." } ?? "A program ran with all layers that are required.")
    }
}
