import Foundation
import Glibc
import HoldfastTestSupport
import Testing

@testable import HoldfastInference

struct PrefixStoreTests {
    private let folder: String
    private let source: String
    private static let scope = PrefixIndexTests.scope

    init() throws {
        folder = try TemporaryFolder.make()
        source = folder + "/slot"
    }

    private func store(_ configure: (inout PrefixSettings) -> Void = { _ in }) throws -> PrefixStore {
        var settings = PrefixSettings()
        settings.reservedBytes = 0
        configure(&settings)
        return try PrefixStore(path: folder + "/prefixes", settings: settings, now: { Int64(Date().timeIntervalSince1970 * 1000) })
    }

    private static func text(_ name: String) -> [UInt8] { Array(String(repeating: name, count: 600 / name.utf8.count + 1).utf8) }

    /// Saves `bytes` as what an engine wrote.
    private func save(_ store: PrefixStore, _ name: String, _ bytes: [UInt8], tenant: String = "uid:1", pin: String? = nil) async throws
        -> String?
    {
        try Data(bytes).write(to: URL(filePath: source))
        let descriptor = open(source, O_RDONLY)
        defer { close(descriptor) }
        var header = PrefixIndexTests.entry("x", Self.text(name), tenant: tenant, pin: pin).header
        header.slotBytes = Int64(bytes.count)
        return await store.write(header, from: descriptor)
    }

    private func read(_ store: PrefixStore, _ id: String, tenant: String = "uid:1", scope: PrefixScope = scope) async throws -> [UInt8]? {
        let target = folder + "/restored"
        let descriptor = open(target, O_RDWR | O_CREAT | O_TRUNC, 0o600)
        defer { close(descriptor) }
        guard await store.read(id, scope: scope, owner: .tenant(tenant), into: descriptor) else { return nil }
        return try [UInt8](Data(contentsOf: URL(filePath: target)))
    }

    private func files(_ suffix: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder + "/prefixes").filter { $0.hasSuffix(suffix) }.sorted()
    }

    private func remove() { try? FileManager.default.removeItem(atPath: folder) }

    @Test(
        "What was written is read, now and by the next run, at every size around a piece's border; nothing of it is on the disk in the clear"
    )
    func roundTrip() async throws {
        defer { remove() }
        let store = try store()
        for size in [
            1, 15, 16, PrefixFile.pieceBytes - 1, PrefixFile.pieceBytes, PrefixFile.pieceBytes + 1, 2 * PrefixFile.pieceBytes + 77,
        ] {
            let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 / 7) } + Array("the captain's name".utf8)
            let id = try #require(try await save(store, "size \(size)", bytes))
            #expect(try await read(store, id) == bytes)
            let later = try self.store()
            #expect(try await read(later, id) == bytes)
            let stored = try Data(contentsOf: URL(filePath: "\(folder)/prefixes/\(id).prefix"))
            #expect(stored.range(of: Data("captain".utf8)) == nil && stored.range(of: Data("uid:1".utf8)) == nil)
        }
    }

    @Test("A byte changed, added or missing anywhere: the entry is not used, and is gone")
    func damage() async throws {
        defer { remove() }
        let bytes = [UInt8](repeating: 3, count: PrefixFile.pieceBytes + 500)
        var random = SplitMix64(seed: 21)
        for round in 0..<60 {
            let store = try store()
            let id = try #require(try await save(store, "damage", bytes))
            let suffix = round % 5 == 0 ? "key" : "prefix"
            let path = "\(folder)/prefixes/\(id).\(suffix)"
            var content = try Data(contentsOf: URL(filePath: path))
            let place =
                round < 30 ? Int.random(in: 0..<min(700, content.count), using: &random) : Int.random(in: 0..<content.count, using: &random)
            switch round % 3 {
            case 0: content[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
            case 1: content = content.prefix(place)
            default: content.append(0)
            }
            try content.write(to: URL(filePath: path))
            // Found out when it is used, or by the next run.
            if round % 2 == 0 { #expect(try await read(store, id) == nil) } else { #expect(try await read(self.store(), id) == nil) }
            #expect(try self.store().entries.isEmpty || round % 2 == 1)
            #expect(try await read(self.store(), id) == nil)
            for name in try files("prefix") + files("key") { unlink("\(folder)/prefixes/\(name)") }
        }
    }

    @Test("An entry in another's place does not open: not another tenant's, another model's, nor one with another's key")
    func swapped() async throws {
        defer { remove() }
        let store = try store()
        let mine = try #require(try await save(store, "mine", [1, 2, 3], tenant: "uid:1"))
        let other = try #require(try await save(store, "other", [4, 5, 6], tenant: "uid:2"))
        #expect(try await read(store, other, tenant: "uid:1") == nil)
        #expect(store.entry(other) == nil)
        let another = PrefixScope(model: "another", engine: "e", version: "1", arguments: [])
        #expect(try await read(store, mine, scope: another) == nil)

        let left = try #require(try await save(store, "left", [7], tenant: "uid:1"))
        let right = try #require(try await save(store, "right", [8], tenant: "uid:2"))
        for suffix in ["prefix", "key"] {
            for (from, to) in [(left, "t"), (right, left), ("t", right)] {
                try FileManager.default.moveItem(
                    atPath: "\(folder)/prefixes/\(from).\(suffix)", toPath: "\(folder)/prefixes/\(to).\(suffix)")
            }
        }
        #expect(try self.store().entries.isEmpty)
    }

    @Test("What a run that was killed left half-done is gone at the next start, and whole entries are there")
    func halfDone() async throws {
        defer { remove() }
        let whole = try #require(try await save(store(), "whole", [1, 2, 3]))
        let prefixes = folder + "/prefixes"
        // In the middle of sealing; between the key and the name; between the key's end and the file's.
        try Data([1]).write(to: URL(filePath: prefixes + "/staging/0123"))
        try Data(count: 32).write(to: URL(filePath: prefixes + "/aaaa.key"))
        try Data(count: 3000).write(to: URL(filePath: prefixes + "/bbbb.prefix"))
        let later = try store()
        #expect(later.entries.map(\.id) == [whole])
        #expect(try files("key") == [whole + ".key"] && files("prefix") == [whole + ".prefix"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: prefixes + "/staging").isEmpty)
        #expect(try await read(later, whole) == [1, 2, 3])
    }

    @Test("Erased means that the key is gone: the file alone, kept by somebody, is of no use")
    func erased() async throws {
        defer { remove() }
        let store = try store()
        let id = try #require(try await save(store, "secret", [1, 2, 3], tenant: "uid:1"))
        let other = try #require(try await save(store, "other", [4], tenant: "uid:2"))
        let copy = try Data(contentsOf: URL(filePath: "\(folder)/prefixes/\(id).prefix"))
        let key = open("\(folder)/prefixes/\(id).key", O_RDONLY)
        defer { close(key) }
        let erasure = store.erase { $0.owner == .tenant("uid:1") }
        #expect(erasure.entries == 1 && erasure.failed == 0)
        var left = [UInt8](repeating: 1, count: 32)
        #expect(pread(key, &left, 32, 0) == 32 && left == [UInt8](repeating: 0, count: 32), "the very bytes are overwritten")
        try copy.write(to: URL(filePath: "\(folder)/prefixes/\(id).prefix"))
        #expect(try self.store().entries.map(\.id) == [other])
    }

    @Test("The store never holds more than it may, whatever is written; an entry too large, or on a full disk, is not kept")
    func bounds() async throws {
        defer { remove() }
        var random = SplitMix64(seed: 31)
        let maximum: Int64 = 400_000
        let store = try store {
            $0.maximumBytes = maximum
            $0.maximumEntryBytes = 100_000
        }
        var kept = 0
        for number in 0..<60 {
            let size = Int.random(in: 1...120_000, using: &random)
            let id = try await save(store, "n\(number)", [UInt8](repeating: 1, count: size), tenant: "uid:\(number % 3)")
            #expect((id != nil) == (size <= 100_000))
            if id != nil { kept += 1 }
            let onDisk = try files("prefix").reduce(0) {
                $0 + (try FileManager.default.attributesOfItem(atPath: "\(folder)/prefixes/\($1)")[.size] as? Int64 ?? 0)
            }
            #expect(onDisk <= maximum && onDisk == store.entries.reduce(0) { $0 + $1.storedBytes })
        }
        #expect(kept > 30 && store.entries.count > 3)
        // A smaller bound in the configuration holds from the next start on.
        let smaller = try self.store { $0.maximumBytes = 150_000 }
        #expect(smaller.entries.reduce(0) { $0 + $1.storedBytes } <= 150_000 && !smaller.entries.isEmpty)
        let full = try self.store { $0.reservedBytes = .max }
        #expect(try await save(full, "no room", [1]) == nil)
    }

    @Test("One tenant's flood pushes out its own entries, not another's")
    func flood() async throws {
        defer { remove() }
        let store = try store { $0.maximumBytes = 200_000 }
        let quiet = try #require(try await save(store, "quiet", [UInt8](repeating: 1, count: 30_000), tenant: "uid:1"))
        for number in 0..<30 { _ = try await save(store, "flood \(number)", [UInt8](repeating: 2, count: 30_000), tenant: "uid:2") }
        #expect(try await read(store, quiet) == [UInt8](repeating: 1, count: 30_000))
    }

    @Test("A later turn takes the place of the earlier one; what an entry covers already is known")
    func replaced() async throws {
        defer { remove() }
        let store = try store()
        _ = try await save(store, "turn", [1])
        let second = try await save(store, "turn", [1, 2])
        #expect(store.entries.map(\.id) == [second])
        let seed = Self.scope.bytes(for: .tenant("uid:1"))
        #expect(store.covers(HashChain(text: Self.text("turn"), seed: seed)))
        #expect(!store.covers(HashChain(text: Self.text("turn") + Self.text("more"), seed: seed)))
        #expect(!store.covers(HashChain(text: Self.text("turn"), seed: Self.scope.bytes(for: .tenant("uid:2")))))
    }

    @Test("An engine that restores nothing is remembered across runs, its entries go, and another scope is not touched")
    func barren() async throws {
        defer { remove() }
        let store = try store()
        _ = try await save(store, "x", [1])
        store.setBarren(Self.scope)
        #expect(store.entries.isEmpty && store.isBarren(Self.scope))
        let later = try self.store()
        #expect(later.isBarren(Self.scope) && !later.isBarren(PrefixScope(model: "m", engine: "f", version: "1", arguments: [])))
        later.forgetBarren()
        #expect(try !later.isBarren(Self.scope) && !self.store().isBarren(Self.scope))
    }

    @Test("Scratch is taken only where it is in memory and nobody else's, and what was left there is removed")
    func scratch() throws {
        defer { remove() }
        #expect(!ScratchFolder.isMemoryBacked(folder) && ScratchFolder.isMemoryBacked("/dev/shm"))
        #expect(ScratchFolder.find(runtime: folder, state: folder, sharedMemory: folder) == nil)
        let own = "/dev/shm/holdfast-test-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: own, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: own) }
        let found = try #require(ScratchFolder.find(runtime: own, state: folder, sharedMemory: folder))
        #expect(found.path == own + "/scratch")
        let engine = try #require(found.makeFolder("1"))
        try Data([1]).write(to: URL(filePath: engine + "/slot-1.bin"))
        #expect(ScratchFolder.find(runtime: own, state: folder, sharedMemory: folder) == found)
        #expect(FolderNames.list(found.path).isEmpty)
        // A folder that others could write to, or a link, is not taken.
        chmod(found.path, 0o777)
        #expect(ScratchFolder.find(runtime: own, state: folder, sharedMemory: folder) == nil)
        rmdir(found.path)
        symlink(folder, found.path)
        #expect(ScratchFolder.find(runtime: own, state: folder, sharedMemory: folder) == nil)
    }
}
