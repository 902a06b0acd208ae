// holdfast-check-gguf --parent PID --model FILE [--NAME VALUE …], with the options of holdfast-confine.
//
// Reads a whole model file before an engine maps it, with no rights beyond that file. Not part of holdfast-confine, which starts for each
// engine and stays small: what reads GGUF brings Foundation along.

import HoldfastConfine
import HoldfastCore

ConfinedReader.run { descriptor in
    do {
        let file = try OpenModelFile(descriptor)
        let header = try GGUFReader.read(file)
        _ = try ModelDescription(header: header)
        try GGUFBody.check(header, in: file)
        return nil
    } catch let error as HoldfastError {
        return error.message
    } catch {
        return "\(error)"
    }
}
