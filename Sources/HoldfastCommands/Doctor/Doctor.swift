import ArgumentParser

struct Doctor: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check what this machine offers a node, and say what to do about what is missing.",
        discussion: """
            Runs here, whether a node runs or not, and changes nothing. Run it as the user the node runs as: some of it depends on that.

            Exit status 9 says that something a node needs does not hold; warnings do not count.
            """)

    @OptionGroup var output: OutputOptions
    @Option(
        name: .long, help: ArgumentHelp("The node's configuration file, where it is not the usual one.", valueName: "file"),
        completion: .file())
    var config: String?

    var wantsJSON: Bool { output.json }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let settings = try DoctorSettings(file: config, environment: context.environment, uid: context.uid)
        let findings = Self.checks(MachineView.real, settings, uid: context.uid).map { $0.run() }
        let report = DoctorReport(checks: findings)
        let text = try output.json ? JSONText.pretty(encoding: report) : DoctorText.text(report, style: context.console.output.style)
        try context.console.state(text)
        return report.holds ? .success : .unhealthy
    }

    /// Every check there is, in the order of the report. A further one is a file in `Checks` and a line here.
    static func checks(_ machine: MachineView, _ settings: DoctorSettings, uid: UInt32) -> [any DoctorCheck] {
        [
            NoNewPrivilegesCheck(machine: machine),
            LandlockCheck(machine: machine, settings: settings),
            SeccompCheck(machine: machine, settings: settings),
            LauncherCheck(machine: machine, settings: settings),
            OwnUserCheck(machine: machine, settings: settings, uid: uid),
            ControlGroupCheck(machine: machine),
            UserNamespaceCheck(machine: machine),
            ConfinementTrial(machine: machine, settings: settings),
            StateFolderCheck(machine: machine, settings: settings),
            DiskCheck(machine: machine, settings: settings),
            ClockCheck(machine: machine),
            EngineCheck(machine: machine, settings: settings),
            PolicyCheck(machine: machine, settings: settings),
            UnitsCheck(machine: machine),
            SocketsCheck(machine: machine, settings: settings),
            SystemUsersCheck(machine: machine),
        ]
    }
}
