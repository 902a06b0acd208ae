import Glibc

/// Landlock, and which of it. https://docs.kernel.org/userspace-api/landlock.html
struct LandlockCheck: DoctorCheck {
    let machine: MachineView
    let settings: DoctorSettings

    func run() -> DoctorFinding {
        let version = machine.landlockVersion()
        guard version > 0 else {
            let isSwitchedOff = version == -EOPNOTSUPP
            return .missing(
                "landlock", settings.landlock,
                isSwitchedOff
                    ? "Landlock is built into this kernel and switched off."
                    : "This kernel has no Landlock: \(String(cString: strerror(-version))).",
                remedy: isSwitchedOff
                    ? "add landlock to lsm= on the kernel command line (CONFIG_LSM has the present list), and start again"
                    : "use Linux 5.13 or later with CONFIG_SECURITY_LANDLOCK; in a container, a runtime whose filter lets it through")
        }
        guard version >= settings.landlockVersion else {
            return .missing(
                "landlock", settings.landlock,
                "This kernel has version \(version) of Landlock, and the configuration asks for \(settings.landlockVersion).",
                remedy: "use a later kernel, or lower confinement.landlock_version")
        }
        var holds = ["files"]
        if version >= 4 { holds.append("TCP") }
        if version >= 6 { holds.append("abstract sockets and signals") }
        var left: [String] = []
        if version < 3 { left.append("truncating (3)") }
        if version < 4 { left.append("TCP (4)") }
        if version < 6 { left.append("signals (6)") }
        return DoctorFinding(
            "landlock", .ok,
            "Version \(version): \(holds.joined(separator: ", "))."
                + (left.isEmpty ? "" : " Left to the other layers: \(left.joined(separator: ", "))."))
    }
}
