// swift-tools-version: 6.2
import PackageDescription

// Somebody else's package that embeds the sampler. CI builds it to see that it
// fetches nothing, that importing runs nothing and what the programs need. The
// Swift of the article “Embedding a generator” is in these sources.
let package = Package(
  name: "outsider",
  platforms: [.macOS(.v14)],
  dependencies: [.package(name: "MicroGPT", path: "../../..")],
  targets: [
    .executableTarget(
      name: "names",
      dependencies: [.product(name: "MicroGPTSampler", package: "MicroGPT")]),
    // What a program has that imports nothing.
    .executableTarget(name: "nothing"),
    .executableTarget(
      name: "tour",
      dependencies: [.product(name: "MicroGPTSampler", package: "MicroGPT")]),
    .executableTarget(
      name: "bundled",
      dependencies: [.product(name: "MicroGPTSampler", package: "MicroGPT")],
      resources: [.copy("names.mgpt")]),
    .executableTarget(
      name: "single",
      dependencies: [.product(name: "MicroGPTSampler", package: "MicroGPT")],
      resources: [.embedInCode("names.mgpt")]),
    .executableTarget(
      name: "service",
      dependencies: [.product(name: "MicroGPTSampler", package: "MicroGPT")]),
  ]
)
