import ArgumentParser

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Read, prove, verify and export the audit trail.",
        subcommands: [
            AuditList.self, AuditTail.self, AuditShow.self, AuditVerify.self, AuditCheckpoint.self, AuditProve.self,
            AuditExport.self, AuditReportCommand.self, AuditRotateKey.self, AuditPrune.self,
            AuditForget.self, AuditMatch.self, AuditContentCommand.self,
        ])
}
