/// Whether the wall clock can be right. A machine without a battery starts in 1970, or where it was switched off.
struct ClockCheck: DoctorCheck {
    /// 2026-01-01: no node is older than its program.
    private static let earliest: Int64 = 1_767_225_600_000
    let machine: MachineView

    func run() -> DoctorFinding {
        let now = machine.now()
        guard now >= Self.earliest else {
            return DoctorFinding(
                "clock", .warning,
                "The clock says \(LocalTime.text(now)), before this program was made. The node runs; times in records are wrong until it is set.",
                remedy: "timedatectl set-time 'YYYY-MM-DD HH:MM:SS'; or give the machine a time server: timedatectl set-ntp true")
        }
        return DoctorFinding("clock", .ok, "It is \(LocalTime.text(now)).")
    }
}
