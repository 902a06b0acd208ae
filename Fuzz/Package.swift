// swift-tools-version: 6.2
import PackageDescription

// A package of its own, because all of it and of what it depends on is compiled with `-sanitize=fuzzer`: scripts/fuzz.
let package = Package(
    name: "holdfast-fuzz",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "holdfast-fuzz", targets: ["holdfast-fuzz"])],
    dependencies: [.package(name: "holdfast", path: "..")],
    targets: [
        .executableTarget(
            name: "holdfast-fuzz",
            dependencies: ["CFuzzer", .product(name: "HoldfastFuzzing", package: "holdfast")],
            swiftSettings: [
                .treatAllWarnings(as: .error),
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("InternalImportsByDefault"),
                .enableUpcomingFeature("MemberImportVisibility"),
            ],
            // gold does not understand the lines of what is instrumented.
            linkerSettings: [.unsafeFlags(["-use-ld=lld"])]),
        .target(name: "CFuzzer"),
    ],
    swiftLanguageModes: [.v6]
)
