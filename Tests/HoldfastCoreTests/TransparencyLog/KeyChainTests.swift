import HoldfastCore
import HoldfastCrypto
import Testing

@Suite("Chains of signing keys")
struct KeyChainTests {
    private static let origin = "example.org/log"

    private static func signer(_ number: UInt8, name: String = origin) throws -> NoteSigner {
        try NoteSigner(name: name, privateKey: Ed25519PrivateKey(seed: [UInt8](repeating: number, count: 32)))
    }

    private static func checkpoint(_ size: Int, fork: String = "") throws -> Checkpoint {
        try Checkpoint(origin: origin, size: size, root: size == 0 ? .emptyRoot : .leaf("\(size)\(fork)".utf8))
    }

    private static func handover(_ size: Int, _ old: UInt8, _ new: UInt8) throws -> KeySuccession {
        try KeySuccession(at: checkpoint(size), from: signer(old), to: signer(new))
    }

    /// 1 until 100 records, 2 until 200, then 3.
    private static func chain(trusting number: UInt8) throws -> KeyChain {
        let handovers = try [handover(100, 1, 2), handover(200, 2, 3)]
        return try KeyChain(trusting: [signer(number).verifierKey], successions: number == 3 ? handovers.reversed() : handovers)
    }

    @Test("whichever key is trusted, each key counts for its part of the log", arguments: [1, 2, 3] as [UInt8])
    func turns(trusted: UInt8) throws {
        let chain = try Self.chain(trusting: trusted)
        let turns: [UInt8: ClosedRange<Int>] = [1: 0...100, 2: 100...200, 3: 200...1000]
        for (number, turn) in turns {
            for size in [0, 99, 100, 101, 199, 200, 201, 1000] {
                let note = try Self.checkpoint(size).signed(by: [Self.signer(number)])
                let believed = (try? chain.checkpoint(verifying: note, origin: Self.origin)) != nil
                #expect(believed == turn.contains(size), "key \(number) at \(size)")
            }
        }
    }

    @Test("without a handover only the trusted key counts; a handover of other keys changes nothing")
    func unrelated() throws {
        let chain = try KeyChain(trusting: [Self.signer(9).verifierKey], successions: [Self.handover(100, 1, 2)])
        #expect(chain.keys == [try Self.signer(9).verifierKey] && chain.successions.isEmpty)
        #expect(throws: (any Error).self) {
            try chain.checkpoint(verifying: Self.checkpoint(5).signed(by: [Self.signer(1)]), origin: Self.origin)
        }
    }

    @Test("another tree at the size of a handover is refused")
    func fork() throws {
        let note = try Self.checkpoint(100, fork: "x").signed(by: [Self.signer(1)])
        #expect(throws: (any Error).self) { try Self.chain(trusting: 1).checkpoint(verifying: note, origin: Self.origin) }
    }

    @Test("two handovers from one key, to one key, or before its turn are refused")
    func twice() throws {
        let key = try Self.signer(1).verifierKey
        for (first, second) in try [
            (Self.handover(100, 1, 2), Self.handover(100, 1, 3)), (Self.handover(100, 1, 2), Self.handover(90, 3, 2)),
            (Self.handover(100, 1, 2), Self.handover(99, 2, 3)), (Self.handover(100, 1, 2), Self.handover(200, 2, 1)),
        ] {
            #expect(throws: (any Error).self) { try KeyChain(trusting: [key], successions: [first, second]) }
        }
    }

    @Test("a handover is read back, and any changed byte of it is refused")
    func roundTrip() throws {
        let handover = try Self.handover(100, 1, 2)
        let bytes = Array(handover.note.encoded.utf8)
        let read = try KeySuccession(parsing: SignedNote(parsing: bytes))
        #expect(read.old == handover.old && read.new == handover.new && read.checkpoint == handover.checkpoint)
        for position in bytes.indices {
            var changed = bytes
            changed[position] ^= 1
            #expect(throws: (any Error).self, "byte \(position)") { try KeySuccession(parsing: SignedNote(parsing: changed)) }
        }
    }

    @Test("one signature is not enough, and a handover is no checkpoint")
    func bothSign() throws {
        let note = try Self.handover(100, 1, 2).note
        for signer in try [Self.signer(1), Self.signer(2)] {
            #expect(throws: (any Error).self) { try KeySuccession(parsing: SignedNote(text: note.text, signers: [signer])) }
        }
        #expect(throws: (any Error).self) { try KeySuccession(at: Self.checkpoint(1), from: Self.signer(1), to: Self.signer(1)) }
        #expect(throws: (any Error).self) {
            try KeySuccession(at: Self.checkpoint(1), from: Self.signer(1), to: Self.signer(2, name: "example.org/other"))
        }
        #expect(throws: (any Error).self) { try Checkpoint(parsing: note.text) }
    }
}
