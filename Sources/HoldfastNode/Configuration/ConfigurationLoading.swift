import FoundationEssentials
import Glibc
import HoldfastCore

extension NodeConfiguration {
    /// Reads the file, the environment and the flags. The standard file may be missing; one that was named may not.
    /// - Throws: ``HoldfastError`` `configuration_invalid`.
    static func load(flags: [String: String], configFile: String?, environment: [String: String], uid: UInt32) throws -> NodeConfiguration {
        func folder(isSystem: Bool) -> String? {
            ConfigurationDirectory.standard(uid: isSystem ? 0 : uid, environment: environment)
        }
        let usual = folder(isSystem: (flags["system"] ?? environment["HOLDFAST_SYSTEM"]) == "true")
        var file: ConfigurationFile?
        if let path = configFile ?? usual.map({ $0 + "/holdfast.yaml" }), configFile != nil || access(path, F_OK) == 0 {
            guard let data = try? Data(contentsOf: URL(filePath: path)), data.count <= 1 << 20,
                let text = String(bytes: data, encoding: .utf8)
            else {
                throw HoldfastError(
                    .configurationInvalid, "The configuration file '\(path)' cannot be read as text of at most 1 MiB.",
                    hint: "holdfastd --config FILE")
            }
            file = try ConfigurationFile(parsing: text, file: path)
        }
        let reader = try ConfigurationReader(flags: flags, environment: environment, file: file, known: keys)
        var configuration = try NodeConfiguration(reader, uid: uid, environment: environment)
        configuration.warnings = reader.warnings
        if configuration.policies == nil, let standard = folder(isSystem: configuration.system).map({ $0 + "/policies" }),
            access(standard, F_OK) == 0
        {
            configuration.policies = standard
        }
        return configuration
    }
}
