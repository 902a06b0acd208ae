import HoldfastCore
import HoldfastTestSupport
import Testing

@Suite("Verifiable exports")
struct ExportVerifierTests {
    @Test("an export of any range holds against any checkpoint that covers it, however the file is cut into chunks")
    func everyRange() throws {
        let log = try SampleLog.of(40)
        for first in 0...40 {
            for end in first...40 {
                for size in [end, 40] where size > 0 {
                    let result = log.verify(try log.export(.jsonl, first..<end, checkpoint: size), chunk: 1 + (first * 7 + end) % 97)
                    #expect(result.holds, "\(first)..<\(end) of \(size): \(String(describing: result.problem))")
                    #expect(result.range == first..<end)
                    #expect(result.shown == end - first)
                    #expect(result.checkpoint?.size == size)
                }
            }
        }
    }

    @Test(
        "ranges that begin, end and lie across tiles hold",
        arguments: [(0, 256, 600), (255, 257, 600), (256, 512, 512), (3, 900, 1000), (300, 300, 1000), (511, 1000, 1000)])
    func tiles(first: Int, end: Int, size: Int) throws {
        let log = try SampleLog.of(1000)
        let result = log.verify(try log.export(.jsonl, first..<end, checkpoint: size))
        #expect(result.holds, "\(String(describing: result.problem))")
        #expect(result.shown == end - first)
    }

    @Test("withheld records keep the export verifiable and are counted")
    func withheld() throws {
        let log = try SampleLog.of(700)
        let result = log.verify(try log.export { $0 % 3 != 0 })
        #expect(result.holds)
        #expect(result.shown == 466)
        #expect(result.withheld == [.filter: 234])
    }

    @Test("a long run of withheld records crosses tiles")
    func longRun() throws {
        let log = try SampleLog.of(700)
        var exporter = JSONLinesExporter(try log.context())
        var file = try exporter.header() + exporter.record(index: 0, bytes: log.bodies[0])
        file += try exporter.withheld(1..<699, .pruned, leaves: Array(log.leaves[1..<699]))
        file += try exporter.record(index: 699, bytes: log.bodies[699]) + exporter.footer()
        let result = log.verify(file)
        #expect(result.holds)
        #expect(result.withheld == [.pruned: 698])
    }

    @Test("every single bit that changes is found, and in a record it is found at that record")
    func bitFlips() throws {
        let log = try SampleLog.of(20)
        let file = try log.export(.jsonl, 3..<17)
        var random = SplitMix64(seed: 11)
        var offset = 0
        while offset < file.count {
            var changed = file
            changed[offset] ^= 1 << UInt8(random.next() % 8)
            #expect(!log.verify(changed).holds, "byte \(offset) of \(file.count)")
            offset += 1
        }
        let lines = log.lines(file)
        for record in 3..<17 {
            var changed = lines
            changed[1 + record - 3] = changed[1 + record - 3].replacing(#""v":1"#, with: #""v":2"#)
            #expect(log.verify(log.file(changed)).problem?.index == record)
        }
    }

    @Test("a line that is removed, doubled or moved is found at the record it concerns")
    func lines() throws {
        let log = try SampleLog.of(30)
        let lines = log.lines(try log.export())
        for record in 0..<30 {
            var removed = lines
            removed.remove(at: 1 + record)
            #expect(log.verify(log.file(removed)).problem?.index == record)
            var doubled = lines
            doubled.insert(lines[1 + record], at: 1 + record)
            #expect(log.verify(log.file(doubled)).problem?.index == record)
            guard record < 29 else { continue }
            var swapped = lines
            swapped.swapAt(1 + record, 2 + record)
            #expect(log.verify(log.file(swapped)).problem?.index == record)
        }
    }

    @Test("a forger who numbers the lines anew is found at the first record that does not fit, and told by what was done")
    func renumbered() throws {
        let log = try SampleLog.of(30)
        let bodies = log.bodies.map { String(decoding: $0, as: UTF8.self) }
        func forged(_ bodies: [String]) -> ExportVerification.Problem? {
            let lines = log.lines((try? log.export()) ?? [])
            let records = bodies.enumerated().map { #"{"index":\#($0),"record":\#($1)}"# }
            return log.verify(log.file([lines[0]] + records + lines.suffix(2))).problem
        }
        #expect(forged(bodies) == nil)
        var swapped = bodies
        swapped.swapAt(4, 9)
        #expect(forged(swapped)?.index == 4)
        #expect(forged(swapped)?.what.contains("exchanged with record 9") == true)
        var removed = bodies
        removed.remove(at: 12)
        #expect(forged(removed)?.index == 12)
        #expect(forged(removed)?.what.contains("is missing") == true)
        var inserted = bodies
        inserted.insert(#"{"v":1}"#, at: 7)
        #expect(forged(inserted)?.index == 7)
        #expect(forged(inserted)?.what.contains("was inserted") == true)
        #expect(forged(bodies + [#"{"v":1}"#])?.index == 30)
    }

    @Test("a file cut anywhere does not hold")
    func truncation() throws {
        let log = try SampleLog.of(300)
        let file = try log.export()
        for length in [0, 1, 50, file.count / 3, file.count / 2, file.count - 400, file.count - 2, file.count - 1] {
            #expect(!log.verify(Array(file.prefix(length))).holds, "\(length) of \(file.count)")
        }
        let lines = log.lines(file)
        for count in 0..<lines.count {
            #expect(!log.verify(log.file(lines.prefix(count))).holds, "\(count) lines")
        }
        #expect(!log.verify(file + file).holds)
    }

    @Test("a forger who makes the hashes fit the records does not find the signed root")
    func rewritten() throws {
        let log = try SampleLog.of(40)
        var bodies = log.bodies
        bodies[5] = Array(#"{"v":9}"#.utf8)
        let other = try SampleLog(bodies: bodies)
        var lines = log.lines(try other.export())
        lines[lines.count - 1] = log.lines(try log.export()).last ?? ""
        let result = log.verify(log.file(lines))
        #expect(!result.holds)
        #expect(result.problem?.what.contains("root that was signed") == true)
    }

    @Test("another log's key, another key of the same name and no key are refused")
    func keys() throws {
        let log = try SampleLog.of(5)
        let file = try log.export()
        let impostor = try SampleLog(bodies: log.bodies, seed: 8)
        #expect(!log.verify(file, keys: impostor.keys).holds)
        #expect(log.verify(file, keys: impostor.keys + log.keys).holds)
        #expect(!log.verify(file, keys: []).holds)
    }

    @Test("a line without an end is given up before it fills the memory")
    func endless() throws {
        let log = try SampleLog.of(1)
        var verifier = ExportVerifier(keys: log.keys)
        for _ in 0..<100 { verifier.read([UInt8](repeating: 0x61, count: 64 << 10)) }
        #expect(verifier.finish().problem?.what.contains("longer than") == true)
    }

    @Test("the exporter refuses a record out of turn, a hole at the end and a checkpoint that is too old")
    func refusals() throws {
        let log = try SampleLog.of(10)
        var exporter = JSONLinesExporter(try log.context())
        #expect(throws: HoldfastError.self) { try exporter.record(index: 1, bytes: log.bodies[1]) }
        #expect(throws: HoldfastError.self) { try exporter.footer() }
        #expect(throws: HoldfastError.self) { try log.context(0..<10, checkpoint: 9) }
        #expect(throws: HoldfastError.self) { try exporter.withheld(0..<2, .filter, leaves: [log.leaves[0]]) }
    }
}
