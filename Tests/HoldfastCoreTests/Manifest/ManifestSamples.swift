import HoldfastCore

enum ManifestSamples {
    static let digest = SHA256Digest(bytes: [UInt8](repeating: 7, count: 32))!

    /// Says everything a manifest can.
    static func full() throws -> Manifest {
        var variant = Manifest.Variant(
            device: "cpu", format: "gguf", digest: digest, size: 5 << 20,
            chunks: [Manifest.Chunk(digest: digest, size: 4 << 20), Manifest.Chunk(digest: digest, size: 1 << 20)])
        variant.quantization = "Q4_1"
        variant.memory = 200 << 20
        variant.engine = Manifest.Engine(name: "llama.cpp", leastVersion: "b9916")
        var other = variant
        other.device = "cuda"
        var manifest = Manifest(
            name: "acme/router", version: "1.4.0", releaseCounter: 3, task: "chat",
            licence: Manifest.Licence(id: "Apache-2.0", text: "Licence \"text\"\n§ 1"), variants: [variant, other])
        manifest.aliases = [try ModelName(parsing: "router:latest")]
        manifest.capabilities = ["chat", "json"]
        manifest.context = 8192
        manifest.template = "{{ messages }}"
        manifest.sampling.temperature = 0.7
        manifest.sampling.topP = 0.95
        manifest.sampling.topK = 40
        manifest.sampling.minP = 0.05
        manifest.sampling.repeatPenalty = 1.1
        manifest.sampling.maximumTokens = 512
        manifest.pinnedPrompts = [Manifest.PinnedText(kind: "system", text: "You answer.")]
        manifest.maximumOffline = 86_400
        manifest.revocationGrace = 60
        manifest.provenance.source = "https://example.org/router"
        manifest.provenance.revision = "main"
        manifest.provenance.publisher = "ops"
        manifest.provenance.publishedAt = "2026-11-24T13:05:00Z"
        manifest.provenance.bundle = digest
        manifest.leastNodeVersion = "0.5.0"
        return manifest
    }

    static let hex = String(repeating: "07", count: 32)

    /// What is changed in the text of ``full()``, the member at fault, and whether a JSON Schema can say so.
    static let spoilt: [(from: String, to: String, field: String, schemaSays: Bool)] = [
        ("\"schema\":1", "\"schema\":2", "schema", true),
        ("\"kind\":\"model\"", "\"kind\":\"robot\"", "kind", true),
        ("\"name\":\"acme/router\"", "\"name\":\"../router\"", "name", true),
        ("\"name\":\"acme/router\"", "\"name\":\"Acme/router\"", "name", true),
        ("\"version\":\"1.4.0\"", "\"version\":\"1/4\"", "version", true),
        ("\"release_counter\":3", "\"release_counter\":0", "release_counter", true),
        ("\"release_counter\":3", "\"release_counter\":1.5", "release_counter", true),
        ("\"release_counter\":3,", "", "release_counter", true),
        ("router:latest", "router", "aliases[0]", true),
        ("\"task\":\"chat\"", "\"task\":\"dance\"", "task", false),
        ("\"capabilities\":[\"chat\"", "\"capabilities\":[7", "capabilities[0]", true),
        ("\"context\":8192", "\"context\":0", "context", true),
        ("\"temperature\":0.7", "\"temperature\":2.1", "sampling.temperature", true),
        ("\"top_k\":40", "\"top_k\":\"40\"", "sampling.top_k", true),
        ("\"licence\":{\"id\":\"Apache-2.0\",\"text\":", "\"licence\":{\"id\":\"Apache-2.0\",\"words\":", "licence.text", true),
        ("\"kind\":\"system\"", "\"kind\":\"user\"", "pinned_prompts[0].kind", true),
        ("\"max_offline\":86400", "\"max_offline\":-1", "max_offline", true),
        ("\"bundle\":\"sha256:07", "\"bundle\":\"sha256:0g", "provenance.bundle", true),
        ("\"least_node_version\":\"0.5.0\"", "\"least_node_version\":\"0.5\"", "least_node_version", true),
        ("\"id\":\"acme/router-cpu:1.4.0\"", "\"id\":\"acme/router-cpu:1.4.1\"", "variants[0].id", false),
        ("acme/router-cuda:1.4.0\",\"device\":\"cuda\"", "acme/router-cpu:1.4.0\",\"device\":\"cpu\"", "variants[1].device", false),
        ("\"format\":\"gguf\"", "\"format\":\"pickle\"", "variants[0].format", false),
        ("\"digest\":\"sha256:\(hex)\",\"size\":5242880", "\"digest\":\"sha256:../../x\",\"size\":5242880", "variants[0].digest", true),
        ("\"size\":5242880", "\"size\":5242881", "variants[0].chunks", false),
        ("\"size\":4194304", "\"size\":4194305", "variants[0].chunks[0].size", true),
        ("\"size\":1048576", "\"size\":0", "variants[0].chunks[1].size", true),
    ]
}
