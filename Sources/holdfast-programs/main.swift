// All programs of a node in one file, which is what is shipped: four times the Swift runtime would be 150 MB (decision 17). The name it was
// started by says which it is; under any other it is the command line.

import Dispatch
import Glibc
import HoldfastCommands
import HoldfastConfine
import HoldfastModelCheck
import HoldfastNode

// libdispatch would set its threads' niceness, and tell syslog each time that it may not.
setenv("LIBDISPATCH_LOG", "NO", 0)

switch CommandLine.arguments.first?.split(separator: "/").last ?? "" {
// These two change what their thread may do, and so must be the only one: no task, no queue before them.
case "holdfast-confine": ConfineProgram.run()
case "holdfast-check-gguf": ModelCheckProgram.run()
case "holdfastd":
    Task {
        await DaemonProgram.run()
        exit(EXIT_SUCCESS)
    }
default: Task { await CommandLineTool.main() }
}
dispatchMain()
