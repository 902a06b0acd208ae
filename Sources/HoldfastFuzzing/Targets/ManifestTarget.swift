import HoldfastCore

extension FuzzTarget {
    /// A manifest that is read says one thing: what is written of it is read as the same. A director document is none without its signature.
    static let manifests = FuzzTarget("manifests", seeds: manifestSeeds) { input in
        if let manifest = try accepted([.manifestInvalid], { try Manifest(parsing: input) }) {
            let written = try manifest.serialized()
            try require(try Manifest(parsing: written) == manifest, "another manifest comes back")
            try require(
                manifest.variants.allSatisfy { variant in variant.chunks.reduce(0) { $0 + $1.size } == variant.size },
                "chunks do not add up")
            try TUFTargetPath.check(manifest.targetPath)
            try require(try Publication(Publication(manifest).target(written)) == Publication(manifest), "another publication comes back")
        }
        if let document = try accepted([.metadataInvalid], { try DirectorDocument(reading: input) }) {
            try require(DirectorDocument.isName(document.node), "a node is called \(document.node)")
        }
    }

    private static func manifestSeeds() throws -> [[UInt8]] {
        guard let digest = SHA256Digest(bytes: [UInt8](repeating: 7, count: 32)) else { return [] }
        let variant = Manifest.Variant(
            device: "cpu", format: "gguf", digest: digest, size: 3, chunks: [Manifest.Chunk(digest: digest, size: 3)])
        var manifest = Manifest(
            name: "a/b", version: "1.0", releaseCounter: 1, task: "chat", licence: Manifest.Licence(id: "MIT", text: "L"),
            variants: [variant])
        manifest.aliases = [try ModelName(parsing: "b:latest")]
        manifest.sampling.temperature = 0.5
        manifest.maximumOffline = 60
        let document = try DirectorDocument(
            node: "gw-1", expires: TUFTime(seconds: 2_000_000_000), models: [DirectedModel(name: "a/b", version: "1.0", pinned: true)])
        return [try manifest.serialized(), try document.signed(by: [])]
    }
}
