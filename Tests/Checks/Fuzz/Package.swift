// swift-tools-version: 6.2
import PackageDescription

// What libFuzzer drives. `run` builds it, as the flags that instrument the
// readers too must stand on the command line.
let package = Package(
  name: "fuzz",
  platforms: [.macOS(.v14)],
  dependencies: [.package(name: "MicroGPT", path: "../../..")],
  targets: [
    .systemLibrary(name: "CFuzzer"),
    .target(
      name: "FuzzChecks",
      dependencies: [
        "CFuzzer",
        .product(name: "MicroGPTFormat", package: "MicroGPT"),
        .product(name: "MicroGPTInterchange", package: "MicroGPT"),
      ]),
    .executableTarget(
      name: "fuzz-binary", dependencies: ["CFuzzer", "FuzzChecks"]),
    .executableTarget(
      name: "fuzz-json", dependencies: ["CFuzzer", "FuzzChecks"]),
  ]
)
