import Foundation
import HoldfastTestSupport
import Testing

@testable import HoldfastCore

@Suite("Time zones of the system's database")
struct TimeZoneTests {
    /// Offsets of all zones at random moments and on both sides of each change of a year, from 1900 to 2400.
    private static let question = """
        import datetime, json, random, sys, zoneinfo
        random.seed(int(sys.argv[1]))
        epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
        answer = {}
        for name in sorted(zoneinfo.available_timezones()):
            if name.startswith(("right/", "posix/")) or name in ("posixrules", "localtime", "Factory"):
                continue
            zone = zoneinfo.ZoneInfo(name)
            moments = [random.randrange(-2208988800, 13569465600) for _ in range(60)]
            answer[name] = [[m, int((epoch + datetime.timedelta(seconds=m)).astimezone(zone).utcoffset().total_seconds())] for m in moments]
        print(json.dumps(answer))
        """

    @Test("Python's zoneinfo reads the same offsets from the same files")
    func agreement() async throws {
        let seed = Campaign.seed
        let asked = try await TestProcess.run("/usr/bin/python3", ["-IBc", Self.question, "\(seed % 1_000_000)"])
        try #require(asked.status == 0, "\(asked.errors)")
        let answer = try JSONValue(parsing: asked.output)
        try #require(answer.keys.count > 300)
        var differences: [String] = []
        for name in answer.keys.sorted() {
            #expect(TimeZoneRules.isName(name), "\(name)")
            let zone = try OpenHoursTests.zone(name)
            for pair in answer[name].array {
                let (moment, offset) = (pair[0].integer ?? 0, pair[1].integer ?? 0)
                if zone.offset(at: moment) != Int(offset) {
                    differences.append("\(name) at \(moment): \(zone.offset(at: moment)), not \(offset)")
                }
            }
        }
        #expect(differences.isEmpty, "seed \(seed): \(differences.count), such as \(differences.prefix(5))")
    }

    @Test(
        "Rules for all years to come",
        arguments: [
            ("CET-1CEST,M3.5.0,M10.5.0/3", 1_784_000_000, 7200), ("CET-1CEST,M3.5.0,M10.5.0/3", 1_796_000_000, 3600),
            ("<-03>3<-02>,M3.5.0/-2,M10.5.0/-1", 1_784_000_000, -7200), ("AEST-10AEDT,M10.1.0,M4.1.0/3", 1_796_000_000, 39_600),
            ("EST5EDT,J60,J300", 1_772_427_600, -14_400), ("EST5EDT,J60/0,J300", 1_772_319_600, -18_000), ("IST-5:30", 0, 19_800),
        ])
    func posix(text: String, moment: Int64, offset: Int) throws {
        #expect(try #require(PosixZone(parsing: text)).offset(at: moment) == offset)
    }

    @Test(
        "No rule",
        arguments: ["", "C-1", "CET", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0", "CET-1x", "CET-25", "<CET-1"])
    func noRule(text: String) {
        #expect(PosixZone(parsing: text) == nil)
    }

    @Test("A file that is cut or changed anywhere is refused or read, and never more")
    func hostile() throws {
        var random = SplitMix64(seed: Campaign.seed)
        let file = Array(try Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/Europe/Berlin")))
        for _ in 0..<Campaign.trials(short: 2000, long: 200_000) {
            var bytes = file
            if Bool.random(using: &random) { bytes.removeLast(Int.random(in: 1...bytes.count, using: &random)) }
            for _ in 0..<Int.random(in: 0...4, using: &random) where !bytes.isEmpty {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let zone = TimeZoneRules(name: "x", file: bytes)
            for moment in [Int64.min / 2000, -1, 0, 1_790_000_000, 4_102_444_800] { _ = zone?.offset(at: moment) }
        }
    }

    @Test(
        "Names are no paths", arguments: ["", "/etc/passwd", "../x", "Europe/..", "Europe//Berlin", "a/./b", "Europe/Berlin ", ".x", "0"])
    func names(text: String) {
        #expect(!TimeZoneRules.isName(text))
    }
}
