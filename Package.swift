// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

let package = Package(
  name: "MicroGPT",
  platforms: [.macOS(.v14), .iOS(.v17)],
  targets: [
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(name: "CMicroGPTSystem"),
    .target(name: "MicroGPTRandom", swiftSettings: strict),
    .target(
      name: "MicroGPTReference", dependencies: ["MicroGPTRandom"],
      swiftSettings: strict),
    .target(
      name: "MicroGPTFormat", dependencies: ["CZlib", "CMicroGPTSystem"],
      swiftSettings: strict),
    .testTarget(
      name: "MicroGPTRandomTests", dependencies: ["MicroGPTRandom"],
      swiftSettings: strict),
    .testTarget(
      name: "MicroGPTReferenceTests", dependencies: ["MicroGPTReference"],
      swiftSettings: strict),
    .testTarget(
      name: "MicroGPTFormatTests", dependencies: ["MicroGPTFormat"],
      swiftSettings: strict),
  ]
)
