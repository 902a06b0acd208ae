import HoldfastAPI
import Testing

@testable import HoldfastCommands

struct OperationPathTests {
    @Test func aNameIsOneComponent() {
        #expect(OperationPath.fill(.modelAlias, name: "org/a b:1") == "/holdfast/v1/models/org%2Fa%20b%3A1/aliases")
        #expect(OperationPath.fill(.auditShow, name: "../x?y#z") == "/holdfast/v1/audit/records/..%2Fx%3Fy%23z")
    }

    @Test func aQueryIsEncoded() {
        #expect(
            OperationPath.fill(.auditList, query: [("model", "a&b=ü"), ("limit", "5")])
                == "/holdfast/v1/audit/records?model=a%26b%3D%C3%BC&limit=5")
    }

    @Test func withoutNameAndQueryThePathIsItself() { #expect(OperationPath.fill(.status) == "/holdfast/v1/status") }
}
