import Foundation
import Testing

@testable import HoldfastCore

@Suite("Limits in policies")
struct LimitsPolicyTests {
    private static func text(_ limits: String, role: String = "user", subject: String = "uid:1001") -> String {
        """
        version: 1
        bindings:
          - role: \(role)
            subjects: [\(subject)]
            limits: \(limits)
        """
    }

    private static let model = Permission(.inferenceInvoke, on: try! Sample.model("a"))

    @Test("All of them are read, with the line of each")
    func read() throws {
        let policy = try Sample.policy(
            """
            version: 1
            bindings:
              - role: user
                subjects: [uid:1001]
                limits:
                  requests_per_minute: 30
                  concurrent_requests: 2
                  tokens_per_day: 200000
                  context: 4096
                  hours: ["mon-fri 06:00-22:00", "sat 08:00-12:00"]
                  zone: UTC
            """)
        let limits = try #require(policy.bindings.compactMap(\.limits).first)
        #expect(
            limits.description
                == "30 requests a minute, 2 at a time, 200000 tokens a day, a context of 4096, mon-fri 06:00-22:00, sat 08:00-12:00 (UTC)")
        #expect(LimitKind.allCases.map { limits.location(of: $0).line } == [6, 7, 8, 9, 10])
        #expect(policy.hasLimits && PolicyGuard.zones(policy).isEmpty)
    }

    @Test(
        "What makes no sense is refused, with its line",
        arguments: [
            ("{requests_per_hour: 3}", "'limits' has no 'requests_per_hour'; did you mean 'requests_per_minute'?"),
            ("{requests_per_minute: 0}", "'requests_per_minute' is from 1 to 1000000 in plain digits, and not 0"),
            ("{concurrent_requests: -1}", "'concurrent_requests' is from 1 to 100000"),
            ("{tokens_per_day: 1.5}", "'tokens_per_day' must be a number"), ("{context: many}", "'context' must be a number"),
            ("{context: 0x10}", "in plain digits"), ("{tokens_per_day: 99999999999999999999}", "'tokens_per_day' is from 1"),
            ("{}", "'limits' is empty"), ("[1]", "'limits' must be a mapping"),
            ("{hours: [\"mon 06:00-22:00\"]}", "'hours' need a 'zone'"), ("{context: 5, zone: UTC}", "'zone' says whose clock"),
            ("{hours: [], zone: UTC}", "'hours' is an empty list"), ("{hours: [\"mon\"], zone: UTC}", "'mon' is no window"),
            ("{hours: [\"mon 06:00-22:00\"], zone: ../x}", "'../x' cannot be a time zone"),
        ])
    func refused(limits: String, why: String) {
        let problems = Sample.problems([Self.text(limits)])
        #expect(problems.count == 1 && problems[0].message.contains(why) && problems[0].location.line == 5, "\(problems)")
    }

    @Test("Limits on a role that uses no model are refused")
    func pointless() {
        let problems = Sample.problems([Self.text("{context: 5}", role: "auditor")])
        #expect(problems.map(\.message) == ["role 'auditor' does not grant inference:invoke, and limits are on nothing else"])
    }

    @Test("A zone that this machine does not know keeps a policy from being applied, and one that rules from being open")
    func unknownZone() throws {
        let policy = try Sample.policy(Self.text("{hours: [\"daily 00:00-24:00\"], zone: Atlantis/Capital}"))
        #expect(
            PolicyGuard.problems(of: policy, resolver: Sample.resolver).contains { $0.message.contains("no time zone 'Atlantis/Capital'") })
        let authorizer = Authorizer(policy)
        let limits = try #require(authorizer.limits(Sample.caller(1001), Self.model).first?.limits)
        let opening = authorizer.opening(of: limits, at: 1_790_000_000)
        #expect(!opening.isOpen && opening.next == nil)
    }

    @Test("A binding without limits beside one with them leaves none; several with limits are so many allowances")
    func allowances() throws {
        let limited = try Authorizer(
            Sample.policy(
                """
                version: 1
                bindings:
                  - {role: user, subjects: ["uid:1001", "gid:2000"], limits: {context: 5}}
                  - {role: user, subjects: ["gid:2000"], limits: {context: 6}}
                  - {role: operator, subjects: ["uid:1002"]}
                  - {role: user, subjects: ["uid:1002"], limits: {context: 7}}
                """))
        let both = limited.limits(Sample.caller(1001, groups: [2000]), Self.model)
        #expect(both.map(\.limits?.context) == [5, 6] && both.map(\.account) == ["user uid:1001", "user gid:2000 #2"])
        #expect(limited.limits(Sample.caller(1, groups: [2000]), Self.model).map(\.account) == ["user gid:2000", "user gid:2000 #2"])
        #expect(limited.limits(Sample.caller(1002), Self.model).isEmpty)
        #expect(limited.limits(Sample.caller(7), Self.model).isEmpty)
        #expect(limited.limits(Sample.caller(1001), Permission(.modelsRead, on: try Sample.model("a"))).isEmpty)
        #expect(limited.limitedAccounts(of: Sample.caller(1002)) == ["user uid:1002"])
        #expect(limited.explain(Sample.caller(1001), Self.model).lines.last == "limited: a context of 5, /p/0.yaml:3")
    }

    @Test("A token's own role is limited by a binding that gives it the same one")
    func tokens() throws {
        let policy = try Sample.policy(Self.text("{context: 5}", subject: "token:a"))
        let authorizer = Authorizer(policy)
        func limits(_ name: String, _ role: String) -> [Int64?] {
            authorizer.limits(Caller(.token(name: name, role: role), socket: .api), Self.model).map(\.limits?.context)
        }
        #expect(limits("a", "user") == [5])
        #expect(limits("a", "operator").isEmpty, "another role of its own, and that is not limited")
        #expect(limits("b", "user").isEmpty)
    }

    @Test("A diff tells limits that change, and not lines that move")
    func changes() throws {
        let before = try Sample.policy(Self.text("{context: 5}"))
        #expect(PolicyChanges(from: before, to: try Sample.policy("# moved\n" + Self.text("{context: 5}"))).changedLimits.isEmpty)
        for after in [Self.text("{context: 6}"), Self.text("{context: 5}").replacingOccurrences(of: "    limits: {context: 5}", with: "")] {
            let changes = PolicyChanges(from: before, to: try Sample.policy(after))
            #expect(
                changes.changedLimits.map(\.subject) == ["uid:1001"] && changes.addedBindings.isEmpty && changes.removedBindings.isEmpty)
        }
    }

    @Test("Of two refusals the one that is over sooner is told, with the limit's line, and no file to the caller")
    func refusal() throws {
        let authorizer = try Authorizer(Sample.policy(Self.text("{tokens_per_day: 100}")))
        let allowance = try #require(authorizer.limits(Sample.caller(1001), Self.model).first)
        let later = LimitRefusal(.tokensPerDay, allowance, used: 90, wanted: 20, retryAfter: 600)
        #expect(LimitRefusal(.requestsPerMinute, allowance, retryAfter: 5).isOver(before: later))
        #expect(!LimitRefusal(.context, allowance, retryAfter: nil).isOver(before: later))
        #expect(later.location.description == "/p/0.yaml:5")
        #expect(later.parameters == ["limit_tokens_per_day": 100, "used": 90, "wanted": 20])
        let error = later.error(for: Sample.caller(1001))
        #expect(error.code == .limitExceeded && error.retryAfter == 600 && !"\(error)".contains("/p/"))
        #expect(error.message == "Of 100 tokens in 24 hours (tokens_per_day) 10 are left, and this request may take 20.")
    }

    @Test("Two are surely two only by the kernel's word")
    func another() {
        let one = Sample.caller(1001)
        #expect(one.isSurelyAnother(than: 1002) && !one.isSurelyAnother(than: 1001) && !one.isSurelyAnother(than: Int64(Caller.noID)))
        for subject in [NamedSubject.token(name: "a", role: "user"), .app("a"), .loopback] {
            #expect(!Caller(subject, socket: .admin).isSurelyAnother(than: 1002))
        }
        let acting = Caller(uid: 1003, gid: 1, pid: 1, groups: [], socket: .admin, subject: .app("a"))
        #expect(!acting.isSurelyAnother(than: 1002), "a socket that acts as a uid may be reached by anybody")
    }
}
