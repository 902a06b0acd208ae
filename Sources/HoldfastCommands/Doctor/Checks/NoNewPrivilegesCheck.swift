/// prctl(PR_SET_NO_NEW_PRIVS), from Linux 3.5; its line in /proc/self/status from 4.10.
struct NoNewPrivilegesCheck: DoctorCheck {
    let machine: MachineView

    func run() -> DoctorFinding {
        guard machine.text("/proc/self/status")?.contains("\nNoNewPrivs:") == true else {
            return DoctorFinding(
                "no_new_privs", .failed, "This kernel does not show that it can keep a process from gaining privileges.",
                remedy: "use Linux 5.13 or later, and mount /proc")
        }
        return DoctorFinding("no_new_privs", .ok, "An engine gains no privilege by what it executes.")
    }
}
