/// Control groups of the second version with the memory controller: what a memory limit of a unit needs.
struct ControlGroupCheck: DoctorCheck {
    let machine: MachineView

    func run() -> DoctorFinding {
        let controllers = machine.text("/sys/fs/cgroup/cgroup.controllers")?.split(whereSeparator: \.isWhitespace) ?? []
        if controllers.contains("memory") {
            return DoctorFinding("cgroup", .ok, "Control groups, version 2, with the memory controller.")
        }
        let older = machine.text("/proc/self/cgroup")?.contains(":memory:") == true
        return DoctorFinding(
            "cgroup", .warning,
            older
                ? "Control groups are of version 1: systemd cannot limit a unit's memory reliably. engine.memory still holds."
                : "There is no memory controller: only engine.memory bounds an engine.",
            remedy: "start the kernel with systemd.unified_cgroup_hierarchy=1 and without cgroup_disable=memory")
    }
}
