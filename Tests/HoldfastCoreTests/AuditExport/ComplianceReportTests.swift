import HoldfastTestSupport
import Testing

@testable import HoldfastCore

@Suite("Compliance report")
struct ComplianceReportTests {
    private static func report(_ records: [AuditRecord], names: [Int64: String] = [:]) throws -> ComplianceReport {
        var builder = AuditReportBuilder(period: try ReportPeriod(month: "2026-10"))
        for (index, record) in records.enumerated() { builder.add(index: index, record) }
        let integrity = IntegrityStatement(holds: true, size: records.count, root: .emptyRoot, checkpoint: "note\n", verifierKey: "key")
        let facts = ReportFacts(
            origin: SampleLog.origin, productVersion: "0.4.0", madeAt: 1_793_600_000_000, integrity: integrity, retentionDays: 200)
        return builder.finish(facts, userName: { names[$0] })
    }

    private static func record(
        _ time: Int64 = 1_791_000_000_000, uid: UInt32 = 1000, _ operation: String = "inference.chat", name: String? = "m:1",
        _ result: AuditOutcome.Result = .ok, phase: AuditRecord.Phase = .outcome, boot: String = "b", sequence: Int64 = 0
    ) -> AuditRecord {
        var record = AuditRecord(
            id: "r\(sequence)", time: time, phase: phase, actor: AuditActor(Caller(uid: uid, gid: 1, pid: 1, groups: [], socket: .api)),
            operation: operation, resource: AuditResource(kind: "model", name: name, digest: SampleMonth.digests[0]),
            outcome: phase == .intent ? nil : AuditOutcome(result, code: result == .ok ? nil : "some_code"), policyGeneration: 1)
        record.boot = boot
        record.sequence = sequence
        return record
    }

    @Test("sums of a month agree with one another and with the records")
    func sums() throws {
        let records = try SampleMonth(volume: 200).records
        let report = try Self.report(records)
        let inferences = records.filter { $0.phase != .intent && $0.operation.hasPrefix("inference.") }
        let tokens = inferences.compactMap(\.tokens)
        #expect(report.total.outcomes.total == inferences.reduce(0) { $0 + $1.count })
        #expect(report.total.tokens.prompt == tokens.reduce(0) { $0 + $1.prompt })
        #expect(report.days.reduce(0) { $0 + $1.total } == report.total.outcomes.total)
        #expect(report.subjects.reduce(0) { $0 + $1.use.outcomes.total } == report.total.outcomes.total)
        #expect(report.models.reduce(0) { $0 + $1.use.tokens.total } == report.total.tokens.total)
        #expect(report.pairs.reduce(0) { $0 + $1.use.tokens.total } == report.total.tokens.total)
        #expect(report.denials.reduce(0) { $0 + $1.count } == report.deniedSubjects.reduce(0) { $0 + $1.count })
        #expect(report.recordCount == Int64(records.count))
        #expect(!report.isAbridged)
        #expect(report.subjects.contains { $0.key == .named("token:kiosk-hall-2") })
    }

    @Test("gaps of the sample month are found: kill, interrupted request, clock step, what went")
    func gaps() throws {
        let kinds = try Self.report(SampleMonth(volume: 20).records).gaps.entries.map(\.operation)
        for kind in ["daemon ended", "interrupted", "clock step", "audit.gap"] { #expect(kinds.contains(kind), "\(kind) in \(kinds)") }
    }

    @Test("a trail without gaps has none; each kind of gap is found by itself")
    func eachGap() throws {
        func kinds(_ records: [(Int, AuditRecord)]) throws -> [String] {
            var builder = AuditReportBuilder(period: try ReportPeriod(month: "2026-10"))
            for (index, record) in records { builder.add(index: index, record) }
            return builder.finish(ReportFacts(origin: "o", productVersion: "1", madeAt: 0)).gaps.entries.map(\.operation)
        }
        let time: Int64 = 1_791_000_000_000
        let first = Self.record(time, sequence: 1)
        #expect(try kinds([(0, first), (1, Self.record(time - 9000, sequence: 2))]) == [])
        #expect(try kinds([(0, first), (1, Self.record(time - 11_000, sequence: 2))]) == ["clock step"])
        #expect(try kinds([(0, first), (3, Self.record(time, sequence: 4))]) == ["records missing"])
        #expect(try kinds([(0, first), (1, Self.record(time, sequence: 3))]) == ["sequence"])
        #expect(try kinds([(0, first), (1, Self.record(time, boot: "c", sequence: 1))]) == ["daemon ended"])
        var stop = Self.record(time, "node.stop", sequence: 1)
        stop.phase = .event
        #expect(try kinds([(0, stop), (1, Self.record(time, boot: "c", sequence: 1))]) == [])
    }

    @Test("records that are sealed or unreadable are told once, as what they are")
    func accountedFor() throws {
        var builder = AuditReportBuilder(period: try ReportPeriod(month: "2026-10"))
        builder.add(index: 0, Self.record(sequence: 1))
        builder.addMissing(1..<4, .sealed)
        builder.add(index: 4, Self.record(sequence: 5))
        builder.addUnreadable(index: 5)
        builder.add(index: 6, Self.record(sequence: 7))
        let report = builder.finish(ReportFacts(origin: "o", productVersion: "1", madeAt: 0))
        #expect(report.gaps.entries.map(\.operation) == ["records sealed", "unreadable"])
        #expect(report.unreadable == 1)
    }

    @Test("an operation without its outcome is said to be open")
    func open() throws {
        let records = [
            Self.record(phase: .intent, sequence: 1), Self.record(phase: .intent, sequence: 2), Self.record(phase: .outcome, sequence: 1),
        ]
        #expect(try Self.report(records).openIntents == 1)
    }

    @Test("records of other months count for nothing")
    func period() throws {
        let period = try ReportPeriod(month: "2026-10").milliseconds
        let times = [period.lowerBound - 1, period.lowerBound, period.upperBound - 1, period.upperBound]
        let report = try Self.report(times.enumerated().map { Self.record($1, sequence: Int64($0)) })
        #expect(report.total.outcomes.total == 2)
        #expect(report.days.first?.ok == 1)
        #expect(report.days.last?.ok == 1)
    }

    @Test("a caller who invents names makes neither models nor endless tables")
    func invented() throws {
        let denied = (0..<5000).map { Self.record(uid: UInt32($0), name: "m\($0)", .denied, phase: .event, sequence: Int64($0)) }
        let report = try Self.report(denied)
        #expect(report.models.isEmpty)
        #expect(report.subjects.count == 1000)
        #expect(report.isAbridged)
        #expect(report.total.outcomes.denied == 5000)
        #expect(report.html().utf8.count < 200_000)
    }

    @Test("hostile names are text in HTML: no tag, attribute, script or address of theirs")
    func hostileHTML() throws {
        let names = [SampleMonth.hostile, "\"><img src=x onerror=alert(1)>", "</style><script>", "' onload='x", "&lt;"]
        let records = names.enumerated().map { Self.record(uid: UInt32($0), "models.add", name: $1, sequence: Int64($0)) }
        let used = names.enumerated().map { Self.record(uid: UInt32($0), name: $1, sequence: Int64($0 + 10)) }
        let html = try Self.report(records + used, names: [0: "<i>x</i>"]).html()
        for part in ["<script", "<img", "<i>x", "onerror=alert(1)>", "\u{202e}", "' onload"] { #expect(!html.contains(part), "\(part)") }
        #expect(html.contains("&lt;script&gt;alert(&quot;x&quot;)"))
        // Tags and attributes are those of the renderer, whatever the names.
        let plain = try Self.report(
            names.indices.map { Self.record(uid: UInt32($0), "models.add", name: "n\($0)", sequence: Int64($0)) }
                + names.indices.map { Self.record(uid: UInt32($0), name: "n\($0)", sequence: Int64($0 + 10)) }
        ).html()
        #expect(html.filter { $0 == "<" }.count == plain.filter { $0 == "<" }.count)
        #expect(html.filter { $0 == "\"" }.count == plain.filter { $0 == "\"" }.count)
    }

    @Test("the page needs nothing else: no script, no address but those of namespaces and text")
    func selfContained() throws {
        let html = try Self.report(SampleMonth(volume: 20).records).html()
        for part in ["<script", "<link", "<img", "<iframe", "@import", "url(", " src=", "href=\"http"] {
            #expect(!html.contains(part), "\(part)")
        }
        #expect(html.contains("default-src 'none'"))
        #expect(html.components(of: "<section ") == html.components(of: "</section>"))
        #expect(html.components(of: "<svg ") >= 4)
    }

    @Test("hostile names are text in Markdown: no link, markup, cell or line of theirs")
    func hostileMarkdown() throws {
        #expect(MarkdownRenderer.escaped("a|b`c*d_e[f](g)<h>\n# x") == "a\\|b\\`c\\*d\\_e\\[f\\](g)&lt;h&gt;\u{fffd}\\# x")
        #expect(MarkdownRenderer.escaped("http://www.evil &amp; @you") == "http:&#47;/www\\.evil &amp;amp; &#64;you")
        #expect(MarkdownRenderer.codeSpan("a`b|c") == "a\\`b\\|c")
        let markdown = try Self.report([Self.record(name: "x | y\n\n# z | ![](http://evil)")]).markdown()
        #expect(!markdown.contains("\n# z"))
        #expect(!markdown.contains("![]("))
    }

    @Test("a full stop is a full stop")
    func fullStop() {
        #expect(MarkdownRenderer.escaped("Its review. Www.x w.w") == "Its review. Www\\.x w.w")
    }

    @Test("Markdown of a small period, in part as it is")
    func golden() throws {
        let markdown = try Self.report([Self.record(sequence: 1)], names: [1000: "ada"]).markdown()
        #expect(
            markdown.hasPrefix(
                "# Audit report, October 2026\n\n`holdfast.local/node/0123456789abcdef`\n\n## Summary\n\n> **OK.** The audit trail holds: 1 record, each"
            ))
        #expect(
            markdown.contains(
                """
                ### Subjects and models

                | Subject | Model | Requests | Answered | Prompt tokens | Answer tokens |
                | --- | --- | ---: | ---: | ---: | ---: |
                | ada (uid 1000) | m:1 | 1 | 1 | 0 | 0 |
                """))
    }

    @Test("a broken trail is the first thing a reader sees, and a missing verification is said")
    func integrity() throws {
        let builder = AuditReportBuilder(period: try ReportPeriod(month: "2026-10"))
        var facts = ReportFacts(origin: "o", productVersion: "1", madeAt: 0)
        #expect(builder.finish(facts).html().contains("was not verified for this report"))
        facts.integrity = IntegrityStatement(
            holds: false, size: 3, root: nil, checkpoint: nil, verifierKey: "k", problem: "Record 2 was changed.")
        let html = builder.finish(facts).html()
        #expect(html.contains("The audit trail does not hold. Record 2 was changed."))
        #expect(!html.contains("The audit trail holds"))
    }

    @Test("short retention is said where six months are asked for")
    func retention() throws {
        var facts = ReportFacts(origin: "o", productVersion: "1", madeAt: 0)
        let builder = AuditReportBuilder(period: try ReportPeriod(month: "2026-10"))
        for (days, isEnough) in [(30, false), (183, false), (200, true)] {
            facts.retentionDays = days
            #expect(builder.finish(facts).markdown().contains("six months are NOT met") == !isEnough, "\(days)")
        }
    }
}

extension String {
    fileprivate func components(of part: String) -> Int { ranges(of: part).count }
}
