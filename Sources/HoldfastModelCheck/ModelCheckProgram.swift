import HoldfastConfine
import HoldfastCore

/// `holdfast-check-gguf --parent PID --model FILE [--NAME VALUE …]`, with the options of holdfast-confine.
///
/// Reads a whole model file before an engine maps it, with no rights beyond that file.
public enum ModelCheckProgram {
    public static func run() -> Never {
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
    }
}
