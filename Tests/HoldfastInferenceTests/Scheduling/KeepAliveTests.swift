import HoldfastCore
import Testing

@testable import HoldfastInference

struct KeepAliveTests {
    @Test(
        "Ollama's spellings",
        arguments: [
            ("5m", KeepAlive.seconds(300)), ("0", .seconds(0)), ("-1", .forever), ("90", .seconds(90)), ("1h30m", .seconds(5400)),
            ("10s", .seconds(10)), ("1500ms", .seconds(2)), ("-5m", .forever), ("0s", .seconds(0)), ("999999999999", .forever),
        ])
    func spelling(text: String, value: KeepAlive) { #expect(KeepAlive(text) == value) }

    @Test("What is no time is refused", arguments: ["", "-", "m", "5x", "1.5h", "5 m", "m5", "--1", String(repeating: "9", count: 40)])
    func refused(text: String) { #expect(KeepAlive(text) == nil) }

    @Test(
        "Each description is read back as it was", arguments: [KeepAlive.forever, .seconds(0), .seconds(90), .seconds(300), .seconds(7200)])
    func roundTrip(value: KeepAlive) { #expect(KeepAlive(value.description) == value) }

    @Test("A model stays until the last claim on it is over, and each tenant ends only its own")
    func claims() {
        var claims = KeepAliveClaims(now: .seconds(10), standard: .seconds(300))
        #expect(claims.expiry == .seconds(310))
        claims.renew("a", .seconds(0), now: .seconds(20))
        #expect(claims.expiry == .seconds(20))
        claims.renew("b", .seconds(60), now: .seconds(20))
        claims.renew("a", .seconds(0), now: .seconds(30))
        #expect(claims.expiry == .seconds(80))
        claims.renew("c", .forever, now: .seconds(31))
        #expect(claims.expiry == nil)
        claims.renew("c", .seconds(1), now: .seconds(32))
        #expect(claims.expiry == .seconds(80) && claims.lastUsed == .seconds(32))
    }
}
