import ArgumentParser

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Read and verify the audit trail.",
        subcommands: [AuditList.self, AuditTail.self, AuditShow.self, AuditVerify.self])
}
