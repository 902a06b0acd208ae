import HoldfastCore
import HoldfastStore

enum RestoreText {
    static func checked(_ check: BackupCheck, file: String) -> String {
        let manifest = check.manifest
        var lines = [
            "\(file) holds: \(manifest.origin), \(LocalTime.text(manifest.time)), Holdfast \(TerminalText.clean(manifest.version)),",
            "  \(Human.count(Int64(manifest.size), "audit record")), \(Human.count(Int64(manifest.files.count { $0.model != nil }), "model file")).",
        ]
        if let present = check.present {
            lines.append(
                "The log that is there has \(Human.count(Int64(present.size), "signed record")); \(check.recordsAfter) are not in the backup."
            )
            if check.recordsAfter > 0 { lines.append("  They stay in STATE/replaced. Whoever keeps a later checkpoint will see the cut.") }
            if !check.presentHolds {
                lines.append("  It cannot be verified: tokens revoked and contents forgotten after the backup come back with it.")
            }
        }
        if check.missingModels > 0 {
            lines.append(
                "\(Human.count(Int64(check.missingModels), "model file")) is neither in it nor here: holdfast model add, afterwards.")
        }
        return lines.joined(separator: "\n")
    }

    static func done(_ report: RestoreReport, _ check: BackupCheck) -> String {
        var text = "Restored: the log goes on with record \(report.size - 1), 'node.restore', in epoch \(report.epoch)."
        if let replaced = report.replaced { text += "\nWhat was there: \(replaced) (holdfast audit verify --state \(replaced))" }
        if report.carriedOver > 0 { text += "\n\(report.carriedOver) tokens, sockets and contents stay revoked or forgotten." }
        return text + "\n  next: start the node (systemctl start holdfastd), then: holdfast access policy show"
    }
}
