import HoldfastCore
import HoldfastStore
import Testing

@testable import HoldfastNode

@Suite("Tokens at hand")
struct TokenBookTests {
    private static func token(_ name: String, _ text: TokenText, expires: Int64 = 1_000_000) -> AccessToken {
        AccessToken(name: name, hash: text.hash, role: "user", creatorUID: 0, created: 0, expires: expires)
    }

    private static func code(_ body: () throws -> NamedSubject) -> HoldfastError.Code? {
        do {
            _ = try body()
            return nil
        } catch { return (error as? HoldfastError)?.code }
    }

    @Test("the right token is its holder; another, a revoked and an expired one are not")
    func verify() throws {
        let (mine, old, other) = (try TokenText.make(), try TokenText.make(), try TokenText.make())
        let book = TokenBook()
        book.install([Self.token("mine", mine), Self.token("old", old, expires: 10)], version: 0)
        #expect(try book.verify(mine, at: 10) == .token(name: "mine", role: "user"))
        #expect(Self.code { try book.verify(old, at: 10) } == .tokenExpired)
        #expect(Self.code { try book.verify(other, at: 10) } == .tokenInvalid)
        #expect(book.role(ofToken: "mine") == "user" && book.role(ofToken: "x") == nil)
        book.install([], version: 1)
        #expect(Self.code { try book.verify(mine, at: 10) } == .tokenInvalid)
    }

    @Test("an older list that comes late brings nothing back")
    func order() throws {
        let text = try TokenText.make()
        let book = TokenBook()
        book.install([], version: 5)
        book.install([Self.token("mine", text)], version: 4)
        #expect(book.tokens.isEmpty)
    }

    @Test("the day of use is kept through a new list")
    func days() throws {
        let text = try TokenText.make()
        let book = TokenBook()
        let token = Self.token("mine", text, expires: .max)
        book.install([token], version: 0)
        _ = try book.verify(text, at: 3 * 86_400_000 + 7)
        book.install([token], version: 1)
        #expect(book.tokens.map(\.usedDay) == [3])
    }

    @Test(
        "dates",
        arguments: [(0, "1970-01-01"), (19_782, "2024-02-29"), (19_783, "2024-03-01"), (20_781, "2026-11-24"), (-1, "1969-12-31")]
            as [(Int64, String)])
    func dates(day: Int64, text: String) {
        #expect(CivilDate.text(day) == text)
    }

    @Test(
        "a map that leaves uids out is told",
        arguments: [
            ("         0          0 4294967295\n", true), ("0 100000 65536\n", false), ("0 1000 1\n1 100000 65536\n", false), ("", false),
            ("0 0 4294967294\n4294967294 5 1\n", true), ("x y z\n", false),
        ])
    func maps(text: String, whole: Bool) {
        #expect((UserNamespace.note(map: text) == nil) == whole)
    }
}
