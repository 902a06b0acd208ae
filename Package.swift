// swift-tools-version: 6.2
import PackageDescription

// docs/architecture.md explains the layers. Imports point down this list; Tests/ArchitectureTests holds every
// `import` against its allow-list.
let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
    .product(name: "NIOHTTP1", package: "swift-nio"),
]
let log: Target.Dependency = .product(name: "Logging", package: "swift-log")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")

let package = Package(
    name: "holdfast",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "holdfastd", targets: ["holdfastd"]),
        .executable(name: "holdfast", targets: ["holdfast"]),
        .executable(name: "holdfast-confine", targets: ["holdfast-confine"]),
        .executable(name: "holdfast-check-gguf", targets: ["holdfast-check-gguf"]),
        // The four in one file: what is shipped.
        .executable(name: "holdfast-programs", targets: ["holdfast-programs"]),
        // For Benchmarks/, a package of its own.
        .library(name: "HoldfastTestSupport", targets: ["HoldfastTestSupport"]),
        .library(name: "HoldfastStore", targets: ["HoldfastStore", "HoldfastCore"]),
        // For Fuzz/, a package of its own.
        .library(name: "HoldfastFuzzing", targets: ["HoldfastFuzzing"]),
    ],
    dependencies: [
        // Without swift-configuration: nothing here reads its settings that way, and the package to install is smaller.
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: ["FullFoundation"]),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: [
        // C: system libraries, and the few functions Swift cannot express.
        .target(name: "CHoldfastSystem"),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CSeccomp", pkgConfig: "libseccomp", providers: [.apt(["libseccomp-dev"])]),

        // Values and rules without I/O.
        .target(name: "HoldfastCrypto", dependencies: ["COpenSSL"]),
        .target(name: "HoldfastCore", dependencies: ["HoldfastCrypto", .product(name: "Yams", package: "Yams")]),
        .target(name: "HoldfastAPI", dependencies: ["HoldfastCore"]),

        // What runs in an engine's process before the engine, and beside it: small, without Foundation.
        .target(name: "HoldfastLaunch", dependencies: ["CHoldfastSystem"]),
        .target(name: "HoldfastConfine", dependencies: ["HoldfastLaunch", "CHoldfastSystem", "CSeccomp"]),
        // Reads a model's file to its end, confined.
        .target(name: "HoldfastModelCheck", dependencies: ["HoldfastConfine", "HoldfastCore"]),

        // Parts of a node.
        .target(
            name: "HoldfastStore",
            dependencies: [
                "HoldfastCore", "HoldfastCrypto", .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            resources: [.embedInCode("SQL"), .embedInCode("CatalogSQL")]),
        .target(
            name: "HoldfastHTTP",
            dependencies: [
                "HoldfastCore", "HoldfastAPI", "CHoldfastSystem", hummingbird, log, lifecycle,
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOExtras", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOFoundationCompat", package: "swift-nio"),
            ] + nio),
        .target(
            name: "HoldfastInference",
            dependencies: ["HoldfastCore", "HoldfastCrypto", "HoldfastHTTP", "HoldfastLaunch", "CHoldfastSystem"] + nio),

        // HTTP and HTTPS to other machines. Nothing that a node's daemon or command line is made of.
        .target(name: "HoldfastTransport", dependencies: ["CCurl", "HoldfastCore"]),
        .target(name: "HoldfastTUFAdapter", dependencies: ["HoldfastCore", "HoldfastTransport", argumentParser]),

        // The catalog: its online keys in a process of their own, and the server.
        .target(name: "HoldfastSigner", dependencies: ["CHoldfastSystem", "HoldfastConfine", "HoldfastCore", "HoldfastCrypto"]),
        .target(
            name: "HoldfastCatalog",
            dependencies: [
                "CHoldfastSystem", "HoldfastAPI", "HoldfastCore", "HoldfastCrypto", "HoldfastStore", "HoldfastHTTP", "HoldfastSigner",
                hummingbird, log, lifecycle, argumentParser, .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "HTTPTypes", package: "swift-http-types"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ] + nio),

        // Compositions: the daemon and the command line.
        .target(
            name: "HoldfastNode",
            dependencies: [
                "CHoldfastSystem", "HoldfastAPI", "HoldfastCore", "HoldfastCrypto", "HoldfastStore", "HoldfastHTTP", "HoldfastInference",
                hummingbird, log, lifecycle,
                argumentParser, .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ] + nio),
        .target(
            name: "HoldfastCommands",
            dependencies: [
                "CHoldfastSystem", "HoldfastCore", "HoldfastCrypto", "HoldfastAPI", "HoldfastStore", "HoldfastHTTP", argumentParser,
            ] + nio),

        // Executables: nearly empty.
        .executableTarget(name: "holdfastd", dependencies: ["HoldfastNode"]),
        .executableTarget(name: "holdfast", dependencies: ["HoldfastCommands"]),
        .executableTarget(name: "holdfast-confine", dependencies: ["HoldfastConfine"]),
        .executableTarget(name: "holdfast-signer", dependencies: ["HoldfastSigner"]),
        .executableTarget(name: "holdfast-catalogd", dependencies: ["HoldfastCatalog"]),
        .executableTarget(name: "holdfast-catalog", dependencies: ["HoldfastCommands", "HoldfastTransport"]),
        // For tests: what TUF's conformance suite drives.
        .executableTarget(name: "holdfast-tuf", dependencies: ["HoldfastTUFAdapter"]),
        .executableTarget(name: "holdfast-check-gguf", dependencies: ["HoldfastModelCheck"]),
        .executableTarget(
            name: "holdfast-programs", dependencies: ["HoldfastNode", "HoldfastCommands", "HoldfastConfine", "HoldfastModelCheck"]),

        // Tests.
        // A SQLite VFS that records, loses and refuses writes. Only tests link it.
        .target(name: "CCrashVFS", linkerSettings: [.linkedLibrary("sqlite3")]),
        .target(name: "HoldfastTestSupport", dependencies: ["CCrashVFS", "HoldfastAPI", "HoldfastHTTP", "HoldfastStore"]),
        // What is fuzzed, and what must hold. Fuzz/ drives it with libFuzzer, FuzzTests by chance.
        .target(
            name: "HoldfastFuzzing",
            dependencies: [
                "HoldfastAPI", "HoldfastCore", "HoldfastCrypto", "HoldfastHTTP", "HoldfastInference", "HoldfastNode", "HoldfastTestSupport",
                .product(name: "NIOCore", package: "swift-nio"),
            ]),
        .testTarget(name: "FuzzTests", dependencies: ["HoldfastFuzzing", "HoldfastTestSupport", "holdfastd"]),
        .testTarget(name: "ArchitectureTests"),
        .testTarget(name: "HoldfastCryptoTests", dependencies: ["HoldfastCrypto"]),
        .testTarget(name: "HoldfastCoreTests", dependencies: ["HoldfastCore", "HoldfastTestSupport"]),
        .testTarget(name: "HoldfastAPITests", dependencies: ["HoldfastAPI", "HoldfastCore"], exclude: ["Golden"]),
        .testTarget(
            name: "HoldfastStoreTests",
            dependencies: ["HoldfastStore", "HoldfastTestSupport", .product(name: "GRDB", package: "GRDB.swift")]),
        .testTarget(
            name: "HoldfastHTTPTests",
            dependencies: [
                "HoldfastCore", "HoldfastHTTP", "HoldfastTestSupport", hummingbird, log,
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ] + nio),
        .testTarget(
            name: "HoldfastInferenceTests",
            dependencies: [
                "HoldfastCore", "HoldfastCrypto", "HoldfastInference", "HoldfastLaunch", "HoldfastTestSupport", "holdfast-confine",
                "holdfast-check-gguf",
            ] + nio),
        .testTarget(
            name: "HoldfastSignerTests", dependencies: ["HoldfastSigner", "HoldfastCore", "HoldfastCrypto", "HoldfastTestSupport"]),
        .testTarget(
            name: "HoldfastCatalogTests",
            dependencies: [
                "HoldfastCatalog", "HoldfastAPI", "HoldfastCore", "HoldfastCrypto", "HoldfastHTTP", "HoldfastSigner", "HoldfastStore",
                "HoldfastTestSupport",
            ]),
        .testTarget(name: "HoldfastTransportTests", dependencies: ["HoldfastCore", "HoldfastTransport", "HoldfastTestSupport"]),
        .testTarget(name: "HoldfastNodeTests", dependencies: ["HoldfastNode", "HoldfastTestSupport"]),
        .testTarget(name: "HoldfastCommandsTests", dependencies: ["HoldfastCommands", "HoldfastStore", "HoldfastTestSupport"]),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "HoldfastTestSupport", "HoldfastCore", "HoldfastCrypto", "holdfast-tuf", "holdfast-catalogd", "holdfast-catalog",
                "holdfast-signer", "holdfastd", "holdfast", "holdfast-confine",
                "holdfast-check-gguf",
            ]),
    ],
    swiftLanguageModes: [.v6]
)

for target in package.targets where target.type != .system && target.type != .plugin {
    var settings = target.swiftSettings ?? []
    settings += [
        .treatAllWarnings(as: .error),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
    ]
    target.swiftSettings = settings
}
