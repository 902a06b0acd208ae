import Glibc

/// Filters on system calls.
struct SeccompCheck: DoctorCheck {
    let machine: MachineView
    let settings: DoctorSettings

    func run() -> DoctorFinding {
        let code = machine.seccomp()
        guard code == 0 else {
            return .missing(
                "seccomp", settings.seccomp, "This kernel cannot filter system calls: \(String(cString: strerror(code))).",
                remedy: "use Linux 4.14 or later with CONFIG_SECCOMP_FILTER")
        }
        return DoctorFinding("seccomp", .ok, "System calls can be filtered; a forbidden one ends the engine.")
    }
}
