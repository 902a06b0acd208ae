import HoldfastTestSupport
import Testing

@testable import HoldfastCore

@Suite("OCSF, CEF and CSV exports")
struct LossyExportTests {
    private static let texts = [
        "plain", "=1+1", "+49 30", "-2", "@SUM(A1)", "'quoted", "a,b", "a\"b", "two\nlines", "\r\nx", "\ttab", " =1", "\u{ff1d}1",
        "a|b\\c=d",
        "caf\u{e9} \u{1f600}", "nul\0byte", SampleMonth.hostile,
    ]

    private func log(_ name: String) throws -> SampleLog {
        var record = AuditRecord(
            id: "r1", time: 1_790_812_800_123, phase: .event,
            actor: AuditActor(Caller(uid: 1000, gid: 1000, pid: 7, groups: [20], socket: .api)), operation: "inference.chat",
            resource: AuditResource(kind: "model", name: name), outcome: AuditOutcome(.denied, code: "access_denied", status: 403),
            policyGeneration: 2)
        record.boot = "b"
        record.sequence = 4
        return try SampleLog([record])
    }

    @Test("a CEF line, in full")
    func cef() throws {
        let line = String(decoding: try log("a=b|c\\d\ne").export(.cef), as: UTF8.self)
        #expect(
            line == #"CEF:0|Holdfast|holdfastd|0.4.0|inference.chat|inference.chat denied|6|rt=1790812800123 externalId=r1 "#
                + #"deviceExternalId=holdfast.local/node/0123456789abcdef cat=event app=api suid=1000 spid=7 act=inference.chat "#
                + #"outcome=denied reason=access_denied cnt=1 cn1=0 cn1Label=recordIndex cs1=a\=b|c\\d\ne cs1Label=resource "#
                + #"cs5=2 cs5Label=policyGeneration cs6=b/4 cs6Label=daemonRun flexString1=403 flexString1Label=httpStatus"# + "\n")
    }

    @Test("whatever a name holds, a CEF record is one line with its own keys", arguments: texts)
    func cefHostile(name: String) throws {
        let text = String(decoding: try log(name).export(.cef), as: UTF8.self)
        #expect(text.utf8.filter { $0 == UInt8(ascii: "\n") }.count == 1)
        #expect(text.unicodeScalars.dropLast().allSatisfy { !ExportText.isControl($0) })
        #expect(Self.unescaped(text).contains { $0.key == "cs1" && $0.value == name.replacingControls })
        #expect(CEFExporter.escapedHeader("a|b\\c\nd") == #"a\|b\\c d"#)
    }

    @Test("a CSV table, in full")
    func csv() throws {
        let text = String(decoding: try log("=HYPERLINK(\"x\")").export(.csv), as: UTF8.self)
        let lines = text.split(separator: "\r\n")
        #expect(lines.count == 2)
        #expect(
            lines[1] == #"0,1790812800123,2026-10-01T00:00:00.123Z,r1,b,4,event,inference.chat,api,1000,1000,7,20,,,,model,"#
                + #""'=HYPERLINK(""x"")",,,denied,access_denied,403,,1,,,,,2,"#)
        #expect(lines[0].split(separator: ",").count == 31)
    }

    @Test("the further name of a model is in each of them")
    func alias() throws {
        var record = AuditRecord(
            id: "r2", time: 1_790_812_800_123, phase: .event,
            actor: AuditActor(Caller(uid: 0, gid: 0, pid: 7, groups: [], socket: .admin)), operation: "models.alias",
            resource: AuditResource(kind: "model", name: "smollm2:latest", alias: "assistant:latest"), outcome: AuditOutcome(.ok),
            policyGeneration: 2)
        record.boot = "b"
        let log = try SampleLog([record])
        #expect(String(decoding: try log.export(.cef), as: UTF8.self).contains("flexString2=assistant:latest flexString2Label=alias"))
        #expect(String(decoding: try log.export(.csv), as: UTF8.self).contains("model,smollm2:latest,,assistant:latest,ok"))
        let event = try CanonicalJSON(parsing: log.lines(try log.export(.ocsf))[0].utf8, requireCanonical: true)
        #expect(event["entity"]?["name"]?.stringValue == "smollm2:latest")
        #expect(event["entity_result"]?["name"]?.stringValue == "assistant:latest")
    }

    @Test("a CSV cell reads back as the text it was, behind at most one apostrophe, and never begins as a formula", arguments: texts)
    func csvHostile(text: String) throws {
        let escaped = CSVExporter.escaped(text)
        var cell = escaped
        if cell.hasPrefix("\"") { cell = String(cell.dropFirst().dropLast()).replacing("\"\"", with: "\"") }
        let first = cell.unicodeScalars.first { $0 != " " }
        #expect(first.map { !"=+-@\t\r\n\u{ff1d}".unicodeScalars.contains($0) } ?? true, "\(escaped)")
        if cell.hasPrefix("'") { cell.removeFirst() }
        #expect(cell == text.replacing("\0", with: "\u{fffd}"))
    }

    @Test("every record of a month makes one line of JSON with what OCSF demands of it")
    func ocsf() throws {
        let log = try SampleLog(SampleMonth(volume: 20).records)
        let lines = log.lines(try log.export(.ocsf))
        #expect(lines.count == log.bodies.count)
        for (index, line) in lines.enumerated() {
            let event = try CanonicalJSON(parsing: line.utf8, requireCanonical: true)
            let (kind, activity) = (event["class_uid"]?.integerValue ?? 0, event["activity_id"]?.integerValue ?? 0)
            #expect(event["type_uid"]?.integerValue == kind * 100 + activity)
            #expect(event["category_uid"]?.integerValue == kind / 1000)
            #expect(event["metadata"]?["sequence"]?.integerValue == Int64(index))
            #expect(event["raw_data_hash"]?["value"]?.stringValue == log.leaves[index].hex)
        }
    }

    @Test(
        "operations become the class the documentation says",
        arguments: [
            ("inference.chat", 6003, 99), ("models.list", 6003, 2), ("models.verify-all", 6003, 2), ("models.add", 3004, 1),
            ("models.remove", 3004, 4), ("models.load", 3004, 10), ("access.policy.apply", 3004, 3), ("policy.load", 3004, 3),
            ("access.token.create", 3005, 1), ("access.token.revoke", 3005, 2), ("access.token.list", 6003, 2), ("access.can", 6003, 2),
            ("audit.export", 1008, 3), ("audit.prune", 1008, 2), ("audit.list", 6003, 2), ("node.start", 6002, 3), ("engine.exit", 6002, 4),
            ("tomorrow.invents", 6003, 99), ("", 6003, 99),
        ])
    func classes(operation: String, kind: Int64, activity: Int64) {
        let found = OCSFClass(operation: operation)
        #expect((found.kind.rawValue, found.activity) == (kind, activity))
    }

    @Test("a record of a later version is in every format, with its number", arguments: AuditExportFormat.allCases)
    func unreadable(format: AuditExportFormat) throws {
        let log = try SampleLog(bodies: [Array(#"{"v":99}"#.utf8)])
        let text = String(decoding: try log.export(format), as: UTF8.self)
        #expect(format == .jsonl ? text.contains(#"{"index":0,"record":{"v":99}}"#) : text.lowercased().contains("read"))
    }

    /// CEF's extension as a reader parses it: a key is what stands before an equals sign that is not escaped.
    private static func unescaped(_ line: String) -> [(key: String, value: String)] {
        var header = 0
        var body = line.dropLast()[...]
        while header < 7, let bar = body.firstIndex(of: "|") {
            header += 1
            body = body[body.index(after: bar)...]
        }
        var fields: [(key: String, value: String)] = []
        for part in body.split(separator: " ", omittingEmptySubsequences: false) {
            let end = part.indices.first { $0 > part.startIndex && part[$0] == "=" && part[part.index(before: $0)] != "\\" }
            if let end {
                fields.append((String(part[..<end]), String(part[part.index(after: end)...])))
            } else if !fields.isEmpty {
                fields[fields.count - 1].value += " " + part
            }
        }
        return fields.map {
            (
                $0.key,
                $0.value.replacing(#"\="#, with: "=").replacing(#"\n"#, with: "\n").replacing(#"\r"#, with: "\r").replacing(
                    #"\\"#, with: #"\"#)
            )
        }
    }
}

extension String {
    fileprivate var replacingControls: String {
        var result = ""
        for scalar in unicodeScalars {
            result.unicodeScalars.append(scalar != "\n" && scalar != "\r" && ExportText.isControl(scalar) ? "?" : scalar)
        }
        return result
    }
}
