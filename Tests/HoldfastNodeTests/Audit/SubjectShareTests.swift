import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import Testing

@testable import HoldfastNode
@testable import HoldfastStore

@Suite("One subject's share of the audit budget")
struct SubjectShareTests {
    @Test("Over its share, a caller is refused, and no other")
    func share() throws {
        var settings = AuditSettings()
        settings.subjectShare = 50
        settings.budgetBytes = 1000
        let share = SubjectShare(settings)
        func refused(_ uid: UInt32) throws -> HoldfastError.Code? {
            do { try share.admit(Call.sample(uid: uid)) } catch { return (error as? HoldfastError)?.code }
            return nil
        }
        func usage(_ tenant: String, bytes: Int64 = 900) -> AuditUsage {
            AuditUsage(bytes: bytes, records: 10, recordBytes: 100, largest: AuditUsage.Subject(tenant: tenant, records: 9, bytes: 60))
        }
        share.weigh(usage("uid:1234"))
        #expect(try refused(1234) == .auditUnavailable)
        #expect(try refused(1235) == nil)
        // The holder of a token is not the caller without a uid: they had been one.
        share.weigh(usage("token:a"))
        #expect(try refused(Caller.noID) == nil)
        share.weigh(usage("uid:1234", bytes: 700))
        #expect(try refused(1234) == nil, "there is room yet")
    }
}
