import HoldfastCore
import Testing

@testable import HoldfastStore

@Suite("Tokens and application sockets in the store")
struct SubjectStoreTests {
    private static let now: Int64 = 1_700_000_000_000

    private static func token(_ name: String, _ byte: UInt8, expires: Int64 = now + 1000) -> AccessToken {
        AccessToken(
            name: name, hash: [UInt8](repeating: byte, count: 32), role: "user", creatorUID: 7, created: now - 1000, expires: expires)
    }

    @Test func tokensAreKeptAndRemoved() async throws {
        let state = try TemporaryState()
        var store = try state.open(now: Self.now)
        let (b, a) = (Self.token("b", 2), Self.token("a", 1))
        #expect(try await store.commit { try $0.addToken(b) } == [b])
        #expect(try await store.commit { try $0.addToken(a) } == [a, b])
        #expect(await code { _ = try await store.commit { try $0.addToken(Self.token("a", 3)) } } == .subjectExists)
        try await store.commit { try $0.keepUse([b.hash: 19_000, [UInt8](repeating: 9, count: 32): 1]) }
        await store.close()
        store = try state.open(now: Self.now)
        var used = b
        used.usedDay = 19_000
        #expect(try await store.subjects.tokens() == [a, used])
        #expect(try await store.commit { try $0.removeToken("a") } == [used])
        #expect(await code { _ = try await store.commit { try $0.removeToken("a") } } == .subjectNotFound)
        await store.close()
    }

    @Test func anExpiredTokenMakesRoomForItsName() async throws {
        let state = try TemporaryState()
        let store = try state.open(now: Self.now)
        _ = try await store.commit { try $0.addToken(Self.token("a", 1, expires: Self.now)) }
        #expect(try await store.commit { try $0.addToken(Self.token("a", 2)) }.map(\.hash.first) == [2])
        await store.close()
    }

    @Test func thereIsAMostOfEach() async throws {
        let state = try TemporaryState()
        let store = try state.open(now: Self.now)
        try await store.commit { transaction in
            for number in 0..<ApplicationSocket.maximumCount {
                try transaction.addSocket(ApplicationSocket(name: "s\(number)", actsAs: nil, creatorUID: 0, created: 1))
            }
        }
        let more = ApplicationSocket(name: "more", actsAs: nil, creatorUID: 0, created: 1)
        #expect(await code { try await store.commit { try $0.addSocket(more) } } == .quotaExceeded)
        await store.close()
    }

    @Test func socketsAreKeptAndRemoved() async throws {
        let state = try TemporaryState()
        var store = try state.open(now: Self.now)
        let sockets = [
            ApplicationSocket(name: "a", actsAs: 1001, creatorUID: 0, created: 1),
            ApplicationSocket(name: "b", actsAs: nil, creatorUID: 5, created: 2),
        ]
        try await store.commit { transaction in for socket in sockets { try transaction.addSocket(socket) } }
        #expect(await code { try await store.commit { try $0.addSocket(sockets[0]) } } == .subjectExists)
        await store.close()
        store = try state.open(now: Self.now)
        #expect(try await store.subjects.sockets() == sockets)
        try await store.commit { try $0.removeSocket("a") }
        #expect(try await store.subjects.sockets() == [sockets[1]])
        #expect(await code { try await store.commit { try $0.removeSocket("a") } } == .subjectNotFound)
        await store.close()
    }

    @Test(
        "a token ends at its time, and a clock set back revives none that was used since",
        arguments: [
            (999, 1000, nil, false), (1000, 1000, nil, true), (-5, 1000, nil, false), (5, 172_800_000, 1, false), (5, 172_800_000, 2, true),
        ]
            as [(Int64, Int64, Int64?, Bool)])
    func expiry(time: Int64, expires: Int64, usedDay: Int64?, expired: Bool) {
        let token = AccessToken(name: "a", hash: [], role: "r", creatorUID: 0, created: 0, expires: expires, usedDay: usedDay)
        #expect(token.isExpired(at: time) == expired)
    }
}
