import HoldfastCore
import HoldfastTestSupport
import Testing

/// `ocsf-json-schema` and `jsonschema` from PyPI, with the schema schema.ocsf.io publishes; `Tests/Fixtures/ocsf_check.py` asks them.
@Suite("OCSF schema")
struct OCSFValidatorTests {
    private func check(_ events: [UInt8]) async throws -> TestProcess.Finished {
        try await TestProcess.run(Installed.python(), ["-IB", SourceTree.fixture("ocsf_check.py")], input: events)
    }

    @Test("every event of a sample month is valid by the official schema")
    func valid() async throws {
        let log = try SampleLog(SampleMonth(volume: 40).records)
        let finished = try await check(log.export(.ocsf))
        #expect(finished.status == 0, "\(finished.errors)")
        // The last name but one is spelt so in the schema.
        let classes = ["api_activity", "application_lifecycle", "entity_management", "event_log_actvity", "user_access"]
        #expect(finished.output.split(separator: "\n").map { $0.prefix { $0 != " " } } == classes.map { $0[...] })
    }

    @Test(
        "the check can fail",
        arguments: [
            (#""class_uid":6003"#, #""class_uid":3004"#), (#""severity_id":1,"#, #""severity_id":17,"#), (#""actor":"#, #""acteur":"#),
            (#""type_uid":6"#, #""type_uid":5"#), (#""status":"Success""#, #""status":"Failure""#),
        ])
    func invalid(from: String, to: String) async throws {
        let log = try SampleLog(SampleMonth(volume: 1).records)
        let text = String(decoding: try log.export(.ocsf), as: UTF8.self)
        #expect(text.contains(from))
        let finished = try await check(Array(text.replacing(from, with: to).utf8))
        #expect(finished.status == 1)
        #expect(finished.errors.hasPrefix("line "), "\(finished.errors)")
    }
}
