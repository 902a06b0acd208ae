import FoundationEssentials
import Glibc
import Testing

@testable import HoldfastCommands

struct DoctorTests {
    /// A machine on which everything holds.
    private static func machine(_ change: (inout MachineView) -> Void = { _ in }) -> MachineView {
        var machine = MachineView(
            landlockVersion: { 7 }, seccomp: { 0 },
            text: { path in
                [
                    "/proc/self/status": "Name:\tx\nNoNewPrivs:\t0\n", "/sys/fs/cgroup/cgroup.controllers": "cpu memory pids\n",
                    "/proc/self/uid_map": "         0          0 4294967295\n",
                ][path]
            },
            isSocket: { _ in false }, confine: { _ in (0, "") })
        machine.file = { files[$0] }
        machine.room = { _ in (10 << 30, 100_000) }
        machine.names = { $0 == "/usr/lib/holdfast/engines" ? ["llamacpp"] : [] }
        machine.now = { 1_780_000_000_000 }
        machine.systemctl = { _ in "ActiveState=active\nUnitFileState=enabled\n" }
        (machine.user, machine.group) = ({ _ in 990 }, { _ in 991 })
        change(&machine)
        return machine
    }

    /// Of a node that was installed from its package, and runs.
    private static let files: [String: FileFacts] = [
        "/run/systemd/system": FileFacts(kind: .folder, mode: 0o755, uid: 0),
        "/usr/lib/systemd/system/holdfastd.service": FileFacts(kind: .file, mode: 0o644, uid: 0),
        "/usr/lib/holdfast/engines/llamacpp/bin/llama-server": FileFacts(kind: .file, mode: 0o755, uid: 0),
        "/var/lib/holdfast": FileFacts(kind: .folder, mode: 0o700, uid: 990),
        "/var/lib/holdfast/keys": FileFacts(kind: .folder, mode: 0o700, uid: 990),
        "/var/lib/holdfast/keys/audit.ed25519": FileFacts(kind: .file, mode: 0o600, uid: 990),
        "/run/holdfast/api.sock": FileFacts(kind: .socket, mode: 0o666, uid: 0),
        "/run/holdfast/admin.sock": FileFacts(kind: .socket, mode: 0o660, uid: 0),
    ]

    @Test(
        "Each of the machine's files, the disk, the clock, the units and the users is looked at, and what is wrong has a remedy",
        arguments: [
            ("permissions", "/var/lib/holdfast", FileFacts(kind: .folder, mode: 0o777, uid: 990), "chmod 700"),
            ("permissions", "/var/lib/holdfast/keys/audit.ed25519", FileFacts(kind: .file, mode: 0o644, uid: 990), "rotate-key"),
            ("permissions", "/var/lib/holdfast/keys/audit.ed25519", FileFacts(kind: .file, mode: 0o600, uid: 0), "chown"),
            ("sockets", "/run/holdfast/admin.sock", FileFacts(kind: .socket, mode: 0o666, uid: 0), "chmod 660"),
            ("sockets", "/run/holdfast/api.sock", FileFacts(kind: .file, mode: 0o666, uid: 0), "rm /run/holdfast/api.sock"),
        ])
    func files(id: String, path: String, facts: FileFacts, remedy: String) {
        let finding = Self.findings(Self.machine { $0.file = { $0 == path ? facts : Self.files[$0] } })[id]
        #expect(finding?.status == .failed && finding?.remedy?.contains(remedy) == true, "\(String(describing: finding))")
    }

    @Test("A full disk, a clock in 1970, no engine, a stopped unit and a missing user are found")
    func machineAtLarge() {
        func found(_ id: String, _ change: (inout MachineView) -> Void) -> DoctorFinding? { Self.findings(Self.machine(change))[id] }
        #expect(found("disk") { $0.room = { _ in (1 << 20, 100_000) } }?.status == .failed)
        #expect(found("disk") { $0.room = { _ in (10 << 30, 5) } }?.remedy?.contains("df -i") == true)
        #expect(found("clock") { $0.now = { 86_400_000 } }?.remedy?.contains("timedatectl") == true)
        #expect(found("engine") { $0.names = { _ in [] } }?.remedy?.contains("engine install") == true)
        #expect(found("units") { $0.systemctl = { _ in "ActiveState=failed\n" } }?.remedy?.contains("holdfast logs") == true)
        #expect(
            found("units") { $0.systemctl = { _ in "ActiveState=inactive\nUnitFileState=masked\n" } }?.remedy?.contains("unmask") == true)
        #expect(found("users") { $0.group = { _ in nil } }?.remedy?.contains("systemd-sysusers") == true)
        #expect(
            found("policy") { machine in
                machine.file = { $0 == "/etc/holdfast/policies" ? FileFacts(kind: .folder, mode: 0o755, uid: 0) : Self.files[$0] }
                machine.names = { $0 == "/etc/holdfast/policies" ? ["a.yaml"] : [] }
                machine.text = { _ in "version: 1\nroles: {x: nonsense}\n" }
            }?.remedy?.contains("access policy check") == true)
    }

    private static func findings(
        _ machine: MachineView, _ change: (inout DoctorSettings) -> Void = { _ in }, uid: UInt32 = 0
    ) -> [String: DoctorFinding] {
        var settings = DoctorSettings()
        settings.user = "nobody"
        settings.policies = "/etc/holdfast/policies"
        change(&settings)
        return Dictionary(uniqueKeysWithValues: Doctor.checks(machine, settings, uid: uid).map { $0.run() }.map { ($0.id, $0) })
    }

    @Test("On a machine where all holds, there is nothing to do")
    func sound() {
        let findings = Self.findings(Self.machine())
        #expect(findings.count == 16)
        for finding in findings.values { #expect(finding.status == .ok && finding.remedy == nil, "\(finding)") }
    }

    @Test("What is missing is failed, a warning or off, as the configuration has it, and there is something to do")
    func missing() {
        for (code, words) in [(-ENOSYS, "no Landlock"), (-EOPNOTSUPP, "switched off")] {
            let without = Self.machine { $0.landlockVersion = { code } }
            let required = Self.findings(without)["landlock"]
            #expect(required?.status == .failed && required?.found.contains(words) == true && required?.remedy != nil)
            #expect(Self.findings(without) { $0.landlock = .bestEffort }["landlock"]?.status == .warning)
            #expect(Self.findings(without) { $0.landlock = .off }["landlock"]?.status == .warning)
        }
        let older = Self.machine { $0.landlockVersion = { 1 } }
        #expect(Self.findings(older)["landlock"]?.found.contains("TCP (4)") == true)
        #expect(Self.findings(older) { $0.landlockVersion = 4 }["landlock"]?.status == .failed)
        let unfiltered = Self.findings(Self.machine { $0.seccomp = { EINVAL } })["seccomp"]
        #expect(unfiltered?.status == .failed && unfiltered?.remedy?.contains("CONFIG_SECCOMP_FILTER") == true)
        let old = Self.machine { $0.text = { _ in nil } }
        #expect(Self.findings(old)["no_new_privs"]?.status == .failed)
        #expect(Self.findings(old)["cgroup"]?.status == .warning)
        let namespace = Self.machine { $0.text = { _ in "0 100000 65536\n" } }
        #expect(Self.findings(namespace)["user_namespace"]?.found.contains("65536") == true)
    }

    @Test("A user of its own must be there, and we must be able to become it")
    func ownUser() {
        #expect(Self.findings(Self.machine()) { $0.user = nil }["own_user"]?.status == .warning)
        #expect(Self.findings(Self.machine()) { ($0.user, $0.ownUser) = (nil, .required) }["own_user"]?.status == .failed)
        #expect(Self.findings(Self.machine()) { $0.user = "no-such-user-here" }["own_user"]?.status == .failed)
        #expect(Self.findings(Self.machine(), uid: 1000)["own_user"]?.status == .failed)
    }

    @Test("Who starts engines: systemd where it listens, unless the configuration has it otherwise")
    func launcher() {
        let offered = Self.machine { $0.isSocket = { $0 == "/run/holdfast/engine.sock" } }
        #expect(Self.findings(offered)["launcher"]?.found.contains("holdfast-engine@.service") == true)
        #expect(Self.findings(offered) { $0.launcher = "child" }["launcher"]?.found.contains("itself") == true)
        #expect(Self.findings(Self.machine())["launcher"]?.status == .ok)
        let missing = Self.findings(Self.machine()) { $0.launcher = "systemd" }["launcher"]
        #expect(missing?.status == .failed && missing?.remedy == "systemctl enable --now holdfast-engine.socket")
        #expect(Self.findings(offered) { $0.launcher = "perhaps" }["launcher"]?.status == .failed)
        // The package's user, whether or not this system has it: not the warning of a node that has no second user.
        #expect(Self.findings(offered) { $0.user = nil }["own_user"]?.found.contains("holdfast-engine") == true)
    }

    @Test("The trial tells what holdfast-confine said")
    func trial() {
        let words = "holdfast-confine: landlock: this kernel does not offer it\n"
        let refused = Self.findings(Self.machine { $0.confine = { _ in (125, words) } })
        #expect(refused["confinement"]?.status == .failed && refused["confinement"]?.found.contains("does not offer it") == true)
        #expect(Self.findings(Self.machine { $0.confine = { _ in nil } })["confinement"]?.status == .failed)
        // A trial of what the configuration asks for.
        let echo = Self.machine { $0.confine = { (125, $0.joined(separator: " ")) } }
        let said = try? #require(Self.findings(echo) { $0.seccomp = .bestEffort }["confinement"]?.found)
        #expect(
            said?.contains("--landlock required --landlock-abi 1 --seccomp best_effort") == true && said?.contains("-- /bin/true") == true)
    }

    @Test("The configuration's levels are read from the file and the environment; a wrong one is an error")
    func settings() throws {
        let folder = try TemporaryFolder()
        let path = try folder.file(
            "holdfast.yaml", "confinement:\n  landlock: best_effort\n  user: nobody\nengine:\n  treads: 1\n".utf8)
        let settings = try DoctorSettings(file: path, environment: ["HOLDFAST_CONFINEMENT_SECCOMP": "off"], uid: 1)
        #expect(settings.landlock == .bestEffort && settings.seccomp == .off && settings.user == "nobody")
        #expect(throws: (any Error).self) { try DoctorSettings(file: "/nonexistent.yaml", environment: [:], uid: 1) }
        #expect(throws: (any Error).self) {
            try DoctorSettings(file: nil, environment: ["HOLDFAST_CONFINEMENT_SECCOMP": "perhaps"], uid: 1)
        }
    }

    @Test("As JSON and as text, with the status a script looks at")
    func report() throws {
        let report = DoctorReport(checks: [
            DoctorFinding("a", .ok, "Good."), DoctorFinding("bcd", .failed, "Bad.\u{1b}[2J", remedy: "mend it"),
        ])
        #expect(!report.holds && DoctorReport(checks: [DoctorFinding("a", .warning, "So so.", remedy: "x")]).holds)
        let text = DoctorText.text(report, style: .plain)
        #expect(text.contains("to do: mend it") && text.contains("1 of 2 checks failed") && !text.contains("\u{1b}"))
        let json = try JSONText.pretty(encoding: report)
        #expect(json.contains("\"holds\" : false") || json.contains("\"holds\": false"), "\(json)")
    }
}
