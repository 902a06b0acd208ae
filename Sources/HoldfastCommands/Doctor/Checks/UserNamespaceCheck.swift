/// Which users have a number here (user_namespaces(7)): the node decides by its callers' uids.
struct UserNamespaceCheck: DoctorCheck {
    let machine: MachineView

    func run() -> DoctorFinding {
        guard let map = machine.text("/proc/self/uid_map") else {
            return DoctorFinding("user_namespace", .ok, "This kernel has no user namespaces: every uid means itself.")
        }
        let mapped = map.split(separator: "\n").reduce(UInt64(0)) { sum, line in
            let fields = line.split(whereSeparator: \.isWhitespace)
            return sum &+ (fields.count == 3 ? UInt64(fields[2]) ?? 0 : 0)
        }
        // All of them: (uid_t)-1 is no uid.
        guard mapped < UInt64(UInt32.max) else {
            return DoctorFinding("user_namespace", .ok, "Every uid means itself here. Engines can make no namespace, by the filter.")
        }
        return DoctorFinding(
            "user_namespace", .warning,
            "This user namespace maps \(mapped) uids: callers with another are refused on api.sock and admin.sock.",
            remedy: "give them an application socket: holdfast access socket create NAME; or start the node outside the namespace")
    }
}
