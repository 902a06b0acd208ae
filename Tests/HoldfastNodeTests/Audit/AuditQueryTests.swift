import HTTPTypes
import HoldfastCore
import HoldfastStore
import Hummingbird
import NIOCore
import Testing

@testable import HoldfastNode

@Suite("The query of the audit operations")
struct AuditQueryTests {
    private func query(_ text: String) throws -> AuditQuery {
        let head = HTTPRequest(method: .get, scheme: nil, authority: nil, path: "/holdfast/v1/audit/records?\(text)")
        return try AuditQuery(Request(head: head, body: RequestBody(buffer: ByteBuffer())))
    }

    @Test("every key is read")
    func everyKey() throws {
        let query = try query("actor=17&operation=models&model=Smol&outcome=denied&since=5&until=9&before=100&limit=1000")
        #expect(query.filter.actorUID == 17 && query.filter.operationPrefix == "models" && query.filter.model?.description == "smol:latest")
        #expect(query.filter.result == .denied && query.filter.since == 5 && query.filter.until == 9)
        #expect(query.before == 100 && query.limit == 1000)
        #expect(try self.query("").limit == 100 && self.query("").filter == AuditFilter())
        let digest = "sha256:" + String(repeating: "ab", count: 32)
        #expect(try self.query("model=\(digest)").filter.digest?.description == digest)
        #expect(try self.query("model=a%3Ab").filter.model?.description == "a:b")
    }

    @Test(
        "what is no such value is refused with its key",
        arguments: [
            ("actor=root", "actor"), ("actor=4294967296", "actor"), ("actor=-1", "actor"), ("limit=0", "limit"), ("limit=1001", "limit"),
            ("limit=", "limit"), ("before=-1", "before"), ("since=yesterday", "since"), ("until=1e3", "until"),
            ("outcome=maybe", "outcome"),
            ("colour=red", "colour"),
        ])
    func refused(text: String, field: String) throws {
        let error = try #require(throws: HoldfastError.self) { try query(text) }
        #expect(error.code == .invalidRequest && error.field == field)
    }

    @Test("a digest or name that is none is refused", arguments: ["model=sha256:12", "model=//", "model="])
    func names(text: String) {
        #expect(throws: HoldfastError.self) { try query(text) }
    }
}
