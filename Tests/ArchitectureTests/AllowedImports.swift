/// Which target may import which module, and why. A new row needs a reason; a new target needs a decision record.
///
/// The order is the layering of `docs/architecture.md`: our own modules may be imported only by targets further down the list.
enum AllowedImports {
    struct Target {
        let name: String
        let modules: [String: String]
    }

    private static let glibc = "system calls"
    private static let essentials = "JSON, files and URLs; the whole of Foundation brings ICU's tables into memory"

    static let targets: [Target] = [
        Target(
            name: "HoldfastCrypto",
            modules: ["COpenSSL": "the one cryptographic provider on a node: the system's libcrypto"]),
        Target(
            name: "HoldfastCore",
            modules: [
                "HoldfastCrypto": "digests, signatures and HMACs are part of the rules",
                "Yams": "policies and configuration are YAML whose lines must be named in errors; text in, values out, no I/O",
            ]),
        Target(
            name: "HoldfastAPI",
            modules: [
                "HoldfastCore": "values that appear on the wire", "FoundationEssentials": essentials,
                "Foundation": "where Essentials is not",
            ]),
        Target(
            name: "HoldfastLaunch",
            modules: [
                "CHoldfastSystem": "pidfd, pipes, packets with descriptors",
                "Glibc": "posix_spawn; no Foundation: an engine's supervisor stays as long as the engine",
            ]),
        Target(
            name: "HoldfastConfine",
            modules: [
                "HoldfastLaunch": "the supervisor's end of an engine's connection",
                "CHoldfastSystem": "prctl, Landlock and friends", "CSeccomp": "libseccomp writes the filter",
                "Glibc": "execve; no Foundation: it must start in a millisecond",
            ]),
        Target(
            name: "HoldfastStore",
            modules: [
                "HoldfastCore": "what is stored", "HoldfastCrypto": "hashing blobs, signing checkpoints",
                "GRDB": "SQLite; nobody else imports it",
                "GRDBSQLite": "the one SQLite function GRDB has no words for: pages written to the log",
                "Dispatch": "blocking file work off the cooperative pool", "Glibc": glibc, "FoundationEssentials": essentials,
                "Synchronization": "Mutex",
            ]),
        Target(
            name: "HoldfastHTTP",
            modules: [
                "HoldfastCore": "callers, errors, policy decisions", "HoldfastAPI": "operations and error bodies",
                "CDispatch": "owns `struct stat` to Swift's eyes",
                "CHoldfastSystem": "peer credentials", "Hummingbird": "router and request contexts",
                "HummingbirdCore": "HTTP/1 channel and response writer", "HTTPTypes": "header fields", "Logging": "operators' log",
                "NIOCore": "channels", "NIOPosix": "sockets", "NIOHTTP1": "the client's codec, and the server's errors",
                "NIOHTTPTypes": "server parts",
                "NIOExtras": "quiescing at shutdown", "NIOFoundationCompat": "request bodies as Data",
                "ServiceLifecycle": "servers are services",
                "Glibc": glibc, "FoundationEssentials": essentials, "Foundation": "where Essentials is not", "Synchronization": "Mutex",
            ]),
        Target(
            name: "HoldfastInference",
            modules: [
                "HoldfastCore": "models and errors", "HoldfastCrypto": "an engine is recorded by its digest",
                "HoldfastHTTP": "the client for an engine's private socket", "CHoldfastSystem": "what kind a file system is, wait's parts",
                "HoldfastLaunch": "the daemon's end of an engine's connection; starting a child",
                "NIOCore": "byte buffers",
                "NIOHTTP1": "methods and status of the client", "Glibc": glibc,
                "Dispatch": "saved prefixes are sealed and opened on all cores, off the pool",
                "CDispatch": "owns `struct stat` to Swift's eyes", "SwiftOverlayShims": "owns `struct timespec` to Swift's eyes",
                "FoundationEssentials": essentials, "Synchronization": "Mutex",
            ]),
        Target(
            name: "HoldfastTransport",
            modules: [
                "HoldfastCore": "errors", "CCurl": "HTTP and HTTPS to other machines: the system's libcurl",
                "Dispatch": "transfers block a queue of their own, not the pool", "Synchronization": "Mutex",
            ]),
        Target(
            name: "HoldfastTUFAdapter",
            modules: [
                "HoldfastCore": "the client", "HoldfastTransport": "it fetches over HTTP: a program for tests, no part of a node",
                "ArgumentParser": "the command line", "Glibc": glibc, "FoundationEssentials": essentials, "Synchronization": "Mutex",
            ]),
        Target(
            name: "HoldfastSigner",
            modules: [
                "HoldfastCore": "what is signed", "HoldfastCrypto": "keys", "HoldfastConfine": "it shuts itself in",
                "CHoldfastSystem": "peer credentials", "Glibc": "sockets and small files; no Foundation and no NIO near the keys",
                "Synchronization": "Mutex",
            ]),
        Target(
            name: "HoldfastCatalog",
            modules: [
                "HoldfastCore": "all rules", "HoldfastCrypto": "comparing tokens in constant time", "HoldfastAPI": "wire types",
                "HoldfastStore": "database and files", "HoldfastHTTP": "servers and pipeline", "HoldfastSigner": "asking the signer",
                "CHoldfastSystem": "hardening at start", "ArgumentParser": "flags of holdfast-catalogd",
                "HTTPTypes": "ranges and ETags", "Hummingbird": "requests in handlers", "Logging": "operators' log",
                "NIOCore": "byte buffers",
                "NIOSSL": "TLS at the listener, as HummingbirdTLS has it: it ends here and in no daemon of a node",
                "ServiceLifecycle": "composition of services", "UnixSignals": "SIGTERM", "Dispatch": "blocking work off the pool",
                "Glibc": glibc, "Foundation": "policy files and standard error", "FoundationEssentials": essentials,
                "Synchronization": "Mutex",
            ]),
        Target(
            name: "HoldfastNode",
            modules: [
                "HoldfastCore": "all rules", "HoldfastCrypto": "HMACs of prompts", "HoldfastAPI": "wire types",
                "HoldfastStore": "registry and audit",
                "HoldfastHTTP": "servers and pipeline", "HoldfastInference": "engines", "CHoldfastSystem": "hardening at start",
                "ArgumentParser": "flags of holdfastd", "Hummingbird": "requests in handlers", "Logging": "operators' log",
                "NIOCore": "byte buffers", "NIOHTTP1": "methods of the client that asks the node itself for a sign of life",
                "ServiceLifecycle": "composition of services", "UnixSignals": "SIGHUP, SIGTERM", "Dispatch": "blocking work off the pool",
                "CDispatch": "owns `struct stat` to Swift's eyes",
                "Glibc": glibc, "Foundation": "standard error and the environment", "FoundationEssentials": essentials,
                "Synchronization": "Mutex",
            ]),
        Target(
            name: "HoldfastCommands",
            modules: [
                "CHoldfastSystem": "what the kernel offers, for doctor", "CDispatch": "owns `struct stat` to Swift's eyes",
                "HoldfastCore": "names, errors, policy parser",
                "HoldfastCrypto": "an operator's offline keys; the digest of a received backup", "HoldfastAPI": "wire types",
                "HoldfastStore": "audit verify of a stopped node",
                "HoldfastHTTP": "the client", "ArgumentParser": "the command line", "NIOCore": "byte buffers",
                "NIOHTTP1": "methods of the client",
                "Dispatch": "signals", "Glibc": glibc, "FoundationEssentials": essentials, "Synchronization": "Mutex",
            ]),
        Target(name: "holdfastd", modules: ["HoldfastNode": "the daemon"]),
        Target(name: "holdfast", modules: ["HoldfastCommands": "the command line"]),
        Target(name: "holdfast-signer", modules: ["HoldfastSigner": "all of it"]),
        Target(name: "holdfast-catalogd", modules: ["HoldfastCatalog": "all of it"]),
        Target(
            name: "holdfast-catalog",
            modules: [
                "HoldfastCommands": "the verbs", "HoldfastTransport": "HTTPS, which holdfast itself does not have",
                "Synchronization": "Mutex",
            ]),
        Target(name: "holdfast-confine", modules: ["HoldfastConfine": "all of it"]),
        Target(name: "holdfast-tuf", modules: ["HoldfastTUFAdapter": "all of it"]),
        Target(
            name: "HoldfastModelCheck",
            modules: [
                "HoldfastConfine": "it shuts itself in", "HoldfastCore": "the reader of GGUF", "Glibc": "pread of the one open file",
            ]),
        Target(name: "holdfast-check-gguf", modules: ["HoldfastModelCheck": "all of it"]),
        Target(
            name: "holdfast-programs",
            modules: [
                "HoldfastNode": "the daemon", "HoldfastCommands": "the command line", "HoldfastConfine": "what shuts engines in",
                "HoldfastModelCheck": "what reads model files", "Dispatch": "the main queue, which main.swift enters itself",
                "Glibc": "exit",
            ]),
        Target(
            name: "HoldfastTestSupport",
            modules: [
                "CCrashVFS": "the watched disk under SQLite",
                "HoldfastCore": "fixtures", "HoldfastAPI": "fixtures", "HoldfastHTTP": "the client",
                "HoldfastStore": "stores in temporary folders",
                "HoldfastCrypto": "digests of fixtures", "NIOCore": "byte buffers", "NIOHTTP1": "methods of the client",
                "NIOPosix": "raw sockets",
                "Foundation": "processes", "FoundationEssentials": essentials, "Dispatch": "pipes", "Glibc": glibc,
                "Synchronization": "Mutex",
            ]),
        Target(
            name: "HoldfastFuzzing",
            modules: [
                "HoldfastCore": "the parsers", "HoldfastCrypto": "keys of seeds", "HoldfastAPI": "bodies of requests",
                "HoldfastHTTP": "the parser of events", "HoldfastInference": "frames of engines",
                "HoldfastNode": "a node within the fuzzer's process", "HoldfastTestSupport": "sockets, JSON, random numbers",
                "NIOCore": "byte buffers", "Foundation": "the decoder that ours is held against", "Glibc": glibc,
                "Synchronization": "Mutex",
            ]),
    ]
}
