import Foundation

do {
    let options = try Options(Array(CommandLine.arguments.dropFirst()))
    if options.wantsHelp {
        print(Options.help)
        exit(0)
    }
    let load = Machine.load
    let context = try BenchContext(options)
    if options.onlyPrepares {
        for (models, records) in FilledStore.kept { _ = try await FilledStore.path(context, models: models, records: records) }
    } else {
        try await measure(options, context, load: load)
    }
} catch {
    FileHandle.standardError.write(Data("holdfast-bench: \(error)\n".utf8))
    exit(1)
}

func measure(_ options: Options, _ context: BenchContext, load: Double) async throws {
    var rows: [Row] = []
    for measurement in Measurement.all where options.only?.contains(measurement.key) ?? true {
        context.say("\(measurement.key) …")
        rows += try await measurement.run(context)
    }
    let results = Results(rows: rows, loadBefore: load)
    print(
        "\n\(results.machine.processor), \(results.machine.cores) cores, \(results.machine.engine), commit \(results.commit), \(results.date)"
    )
    print("load average \(load) before, \(results.machine.loadAfter) after; spread is the middle half of the rounds\n")
    print(Table.text(rows))
    try results.write(to: "Benchmarks/results/latest.json")
    if options.isRecorded { try results.write(to: "docs/evidence/bench-\(results.date.prefix(10)).json") }
}
