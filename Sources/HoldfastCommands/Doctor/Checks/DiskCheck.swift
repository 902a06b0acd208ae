/// Whether the disk under the state directory has room.
struct DiskCheck: DoctorCheck {
    private static let reserve: Int64 = 256 << 20
    let machine: MachineView
    let settings: DoctorSettings

    func run() -> DoctorFinding {
        var place = settings.state
        while machine.file(place) == nil, let slash = place.lastIndex(of: "/"), slash != place.startIndex {
            place = String(place[..<slash])
        }
        guard let room = machine.room(place) else {
            return DoctorFinding(
                "disk", .warning, "The free space under \(settings.state) cannot be seen.", remedy: "df -h \(settings.state)")
        }
        let free = "\(Human.bytes(room.bytes)) are free under \(settings.state)"
        guard room.bytes >= Self.reserve else {
            return DoctorFinding(
                "disk", .failed,
                "\(free), less than the \(Human.bytes(Self.reserve)) that are kept: no model can be added, soon no record.",
                remedy: "holdfast model prune; holdfast model remove NAME; or free space with: du -xh / | sort -h | tail")
        }
        guard room.files > 1000 else {
            return DoctorFinding(
                "disk", .failed, "The file system under \(settings.state) has room for \(room.files) further files.",
                remedy: "df -i \(settings.state) shows it; delete what is not needed")
        }
        return DoctorFinding("disk", .ok, "\(free).")
    }
}
