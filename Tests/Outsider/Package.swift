// swift-tools-version: 6.2
import PackageDescription

// Somebody else's package that embeds the sampler: CI builds it to see that
// it fetches nothing and links only what the sampler needs.
let package = Package(
  name: "outsider",
  platforms: [.macOS(.v14)],
  dependencies: [.package(name: "MicroGPT", path: "../..")],
  targets: [
    .executableTarget(
      name: "outsider",
      dependencies: [.product(name: "MicroGPTSampler", package: "MicroGPT")])
  ]
)
