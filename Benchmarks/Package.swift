// swift-tools-version: 6.2
import PackageDescription

// A package of its own: whoever builds Holdfast does not build its benchmarks.
let package = Package(
    name: "holdfast-benchmarks",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "holdfast-bench", targets: ["holdfast-bench"])],
    dependencies: [.package(name: "holdfast", path: "..")],
    targets: [
        .executableTarget(
            name: "holdfast-bench",
            dependencies: [.product(name: "HoldfastStore", package: "holdfast")],
            swiftSettings: [
                .treatAllWarnings(as: .error),
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("InternalImportsByDefault"),
                .enableUpcomingFeature("MemberImportVisibility"),
            ])
    ],
    swiftLanguageModes: [.v6]
)
