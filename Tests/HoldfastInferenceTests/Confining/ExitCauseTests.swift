import HoldfastCore
import HoldfastLaunch
import Testing

@testable import HoldfastInference

struct ExitCauseTests {
    @Test(
        "What ended an engine, from its signal, from what we did and from the kernel's counter",
        arguments: [
            (ExitReason.signal(31), false, 0, ExitCause.forbiddenCall, "engine_violation"),
            (.signal(31), true, 0, .forbiddenCall, "engine_violation"),
            (.signal(9), false, 1, .outOfMemory, "engine_out_of_memory"), (.signal(9), false, 0, .killed, "engine_failed"),
            (.signal(9), true, 1, .ended, "engine_failed"), (.signal(15), false, 0, .killed, "engine_failed"),
            (.signal(25), false, 0, .limit, "engine_limit"), (.signal(24), false, 0, .limit, "engine_limit"),
            (.signal(11), false, 0, .crashed, "engine_failed"), (.signal(6), false, 1, .crashed, "engine_failed"),
            (.code(3), false, 0, .returned, "engine_failed"), (.code(0), true, 0, .ended, "engine_failed"),
        ])
    func causes(reason: ExitReason, wasEnded: Bool, kills: UInt64, cause: ExitCause, code: String) {
        let found = ExitCause(reason, wasEnded: wasEnded, oomKills: kills)
        #expect(found == cause && found.code.rawValue == code)
    }

    @Test("The counter is the control group's, by either hierarchy, else the machine's")
    func counter() throws {
        let machine = try TestMachine()
        defer { machine.remove() }
        for (name, text) in [
            ("vmstat", "nr_free_pages 1\noom_kill 7\nzone 2\n"), ("memory.events", "low 0\noom 9\noom_kill 3\noom_group_kill 0\n"),
            ("memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 5\n"),
        ] { _ = try machine.write(text, to: name) }
        func value(_ groups: String) -> UInt64 {
            OutOfMemoryCounter(controlGroups: groups, root: machine.folder, machine: machine.folder + "/vmstat").value
        }
        #expect(value("0::/\n") == 3)
        #expect(value("0::/not/there\n") == 7)
        #expect(value("") == 7)
        #expect(OutOfMemoryCounter(controlGroups: "", root: "/none", machine: "/none").value == 0)
        try machine.folder(named: "memory", holding: "memory.oom_control")
        #expect(value("4:cpu,memory:/\n0::/not/there\n") == 5)
    }

    @Test("This machine's own counter can be read")
    func real() {
        #expect(OutOfMemoryCounter.count(in: nil) == nil)
        #expect(OutOfMemoryCounter.count(in: "oom_kill x") == nil)
        #expect(OutOfMemoryCounter().value < .max)
    }
}
