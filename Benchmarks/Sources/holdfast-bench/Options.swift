/// The command line.
struct Options {
    static let help = """
        usage: scripts/bench [--only KEYS] [--rounds FACTOR] [--record] [--data DIR]

          --only KEYS      measurements, separated by commas: \(Measurement.all.map(\.key).joined(separator: ", "))
          --rounds FACTOR  times as many rounds as usual (0.2 for a quick look, 3 on a noisy machine)
          --threads N      threads of the engine; 1 where other programs keep the cores busy (its threads wait for each other)
          --record         also write docs/evidence/bench-DATE.json
          --prepare        only fill the large states, which are kept: some 11 GB and a quarter of an hour, once
          --data DIR       where states, blobs and test files go; by default the folder 'bench' of scripts/setup's cache
          --programs DIR   where holdfastd, holdfast and holdfast-confine are; by default .build/release
        """

    var only: [String]?
    var factor = 1.0
    var threads: Int?
    var isRecorded = false
    var onlyPrepares = false
    var data = Environment.cache + "/bench"
    var programs = ".build/release"
    var wantsHelp = false

    init(_ words: [String]) throws {
        var rest = words[...]
        func value(_ flag: String) throws -> String {
            guard let value = rest.popFirst() else { throw BenchError("\(flag) needs a value") }
            return value
        }
        while let word = rest.popFirst() {
            switch word {
            case "--only": only = try value(word).split(separator: ",").map(String.init)
            case "--rounds":
                guard let number = Double(try value(word)), number > 0 else { throw BenchError("--rounds needs a positive number") }
                factor = number
            case "--threads":
                guard let number = Int(try value(word)), number > 0 else { throw BenchError("--threads needs a positive number") }
                threads = number
            case "--record": isRecorded = true
            case "--prepare": onlyPrepares = true
            case "--data": data = try value(word)
            case "--programs": programs = try value(word)
            case "--help", "-h": wantsHelp = true
            default: throw BenchError("unknown argument '\(word)'\n\n\(Self.help)")
            }
        }
        if let unknown = only?.first(where: { key in !Measurement.all.contains { $0.key == key } }) {
            throw BenchError("there is no measurement '\(unknown)'\n\n\(Self.help)")
        }
    }
}
