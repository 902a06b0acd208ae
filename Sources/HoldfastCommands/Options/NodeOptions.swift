import ArgumentParser

/// Which node a command speaks to. Understood before and after the verb.
struct NodeOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp("The directory of the node's sockets (or HOLDFAST_RUNTIME).", valueName: "dir"), completion: .directory)
    var runtime: String?
}

/// For a command whose output has a form of its own.
struct JSONErrors: ParsableArguments {
    @Flag(name: .long, help: "Write errors as JSON.")
    var json = false
}

/// How a command writes what it was asked for.
struct OutputOptions: ParsableArguments {
    @Flag(name: .long, help: "Write JSON; errors too, on stderr.")
    var json = false
}
