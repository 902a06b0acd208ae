import Foundation
import HoldfastCore
import Testing

@testable import HoldfastAPI

struct SchedulingFieldsTests {
    private func parse(_ extra: String) throws -> SchedulingFields {
        try RequestDecoding.decode(
            CompletionRequest.self, from: Data("{\"model\":\"m\",\"prompt\":\"p\"\(extra)}".utf8)
        ).scheduling
    }

    @Test("Priority and keep_alive are read; absent and null are nothing")
    func read() throws {
        #expect(try parse("") == parse(",\"priority\":null,\"keep_alive\":null"))
        #expect(try parse(",\"priority\":\"batch\"").priority == .batch)
        #expect(try parse(",\"keep_alive\":\"5m\"").keepAlive == .seconds(300))
        #expect(try parse(",\"keep_alive\":0").keepAlive == .seconds(0))
        #expect(try parse(",\"keep_alive\":-1").keepAlive == .forever)
        #expect(try parse(",\"keep_alive\":1.2").keepAlive == .seconds(2))
    }

    @Test(
        "What is neither is refused with the field's name",
        arguments: [
            ("priority", "1"), ("priority", "\"urgent\""), ("priority", "[]"), ("keep_alive", "\"soon\""), ("keep_alive", "true"),
            ("keep_alive", "{}"), ("keep_alive", "[\"5m\"]"), ("keep_alive", "\"\""),
        ])
    func refused(field: String, value: String) {
        do {
            _ = try parse(",\"\(field)\":\(value)")
            Issue.record("accepted")
        } catch {
            #expect((error as? HoldfastError)?.field == field && (error as? HoldfastError)?.code == .invalidRequest)
        }
    }
}
