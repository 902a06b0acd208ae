import FoundationEssentials
import HoldfastCore

/// What the catalog itself found an uploaded file to be: what a manifest says of it is held against this.
struct StoredVariant: Codable, Equatable {
    let format: String
    let quantization: String?
    /// `sha256:HEX`, in the file's order.
    let digests: [String]
    let sizes: [Int64]

    init(_ variant: Manifest.Variant) {
        format = variant.format
        quantization = variant.quantization
        digests = variant.chunks.map(\.digest.description)
        sizes = variant.chunks.map(\.size)
    }

    func bytes() throws -> [UInt8] { Array(try JSONEncoder().encode(self)) }

    init(bytes: [UInt8]) throws {
        do {
            self = try JSONDecoder().decode(Self.self, from: Data(bytes))
        } catch {
            throw HoldfastError(.databaseFailed, "The catalog's description of a file cannot be read.", cause: error)
        }
    }
}
