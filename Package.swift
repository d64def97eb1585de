// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

// What the C library is made of, for which MICROGPT_EMBEDDED=1 has no need of
// Swift at run time. It is no trait: SwiftPM 6.3 would link the product as
// Embedded Swift without it as well.
let isEmbedded = Context.environment["MICROGPT_EMBEDDED"] == "1"
let embeddable =
  isEmbedded ? strict + [.enableExperimentalFeature("Embedded")] : strict
let arguments = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")

// What the HTTP service stands on: fetched and built with the trait alone.
let http: [Target.Dependency] = [
  ("Hummingbird", "hummingbird"), ("HummingbirdCore", "hummingbird"),
  ("Logging", "swift-log"), ("NIOConcurrencyHelpers", "swift-nio"),
  ("NIOCore", "swift-nio"), ("NIOHTTP1", "swift-nio"),
  ("NIOHTTPTypes", "swift-nio-extras"),
  ("NIOHTTPTypesHTTP1", "swift-nio-extras"), ("NIOPosix", "swift-nio"),
  ("ServiceLifecycle", "swift-service-lifecycle"),
].map { name, package in
  .product(name: name, package: package, condition: .when(traits: ["Server"]))
}

let package = Package(
  name: "MicroGPT",
  platforms: [.macOS(.v14), .iOS(.v17)],
  // No executable products: whoever depends on a library here would then fetch
  // what the programs use. Executable targets run at the root all the same.
  products: [
    .library(name: "MicroGPTFormat", targets: ["MicroGPTFormat"]),
    .library(name: "MicroGPTSampler", targets: ["MicroGPTSampler"]),
    .library(name: "MicroGPTTraining", targets: ["MicroGPTTraining"]),
    .library(name: "MicroGPTReference", targets: ["MicroGPTReference"]),
    .library(name: "MicroGPTInterchange", targets: ["MicroGPTInterchange"]),
    .library(name: "MicroGPTAnalysis", targets: ["MicroGPTAnalysis"]),
    .library(name: "microgpt", type: .dynamic, targets: ["MicroGPTCLibrary"]),
  ],
  traits: [
    .trait(name: "Server", description: "Builds the HTTP service, mgpt-serve.")
  ],
  dependencies: [
    .package(
      url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(
      url: "https://github.com/hummingbird-project/hummingbird",
      from: "2.28.1", traits: []),
    .package(url: "https://github.com/apple/swift-log", from: "1.14.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    .package(url: "https://github.com/apple/swift-nio-extras", from: "1.34.1"),
    .package(
      url: "https://github.com/swift-server/swift-service-lifecycle",
      from: "2.0.0"),
  ],
  targets: [
    // Floor 0
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(
      name: "CMicroGPTKernels",
      cSettings: isEmbedded ? [.define("MGPT_SAMPLES_ONLY")] : []),
    .target(name: "CMicroGPTNames"),
    .target(name: "CMicroGPTSystem"),
    .target(name: "MicroGPTRandom", swiftSettings: embeddable),
    .target(
      name: "MicroGPTParallel", dependencies: ["CMicroGPTSystem"],
      swiftSettings: embeddable),
    .target(
      name: "MicroGPTText",
      sources: isEmbedded ? ["Quotation.swift", "UTF8Decoding.swift"] : nil,
      swiftSettings: embeddable),

    // Floor 1
    .target(
      name: "MicroGPTFormat",
      dependencies: [
        "CZlib", "CMicroGPTSystem", "MicroGPTParallel", "MicroGPTText",
      ], swiftSettings: embeddable),

    // Floor 2
    .target(
      name: "MicroGPTSampler",
      dependencies: [
        "CMicroGPTKernels", "MicroGPTFormat", "MicroGPTParallel",
        "MicroGPTRandom",
      ], swiftSettings: embeddable),

    // Floor 3
    .systemLibrary(name: "CMicroGPT"),
    .target(
      name: "MicroGPTCLibrary",
      dependencies: ["CMicroGPT", "MicroGPTFormat", "MicroGPTSampler"],
      exclude: ["exports.map", "install"], swiftSettings: embeddable,
      linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))]),
    .target(
      name: "MicroGPTReference", dependencies: ["MicroGPTRandom"],
      swiftSettings: strict),
    .target(
      name: "MicroGPTTraining",
      dependencies: [
        "CMicroGPTKernels", "MicroGPTFormat",
        "MicroGPTParallel", "MicroGPTRandom", "MicroGPTText",
      ], swiftSettings: strict),
    .target(
      name: "MicroGPTInterchange",
      dependencies: ["MicroGPTFormat", "MicroGPTText"],
      swiftSettings: strict),
    .target(
      name: "MicroGPTAnalysis",
      dependencies: ["MicroGPTFormat", "MicroGPTText"],
      swiftSettings: strict),
    .target(
      name: "MicroGPTCommandLine",
      dependencies: [
        "CMicroGPTSystem", "MicroGPTFormat", "MicroGPTParallel", "MicroGPTText",
        arguments,
      ], swiftSettings: strict),

    .target(
      name: "MicroGPTServer",
      dependencies: ["MicroGPTFormat", "MicroGPTSampler", "MicroGPTText"]
        + http,
      swiftSettings: strict),

    // Floor 4
    .executableTarget(
      name: "mgpt-train",
      dependencies: [
        "CMicroGPTNames", "CMicroGPTSystem", "MicroGPTAnalysis",
        "MicroGPTCommandLine", "MicroGPTFormat", "MicroGPTParallel",
        "MicroGPTReference", "MicroGPTSampler", "MicroGPTText",
        "MicroGPTTraining", arguments,
      ], swiftSettings: strict),
    .executableTarget(
      name: "mgpt-inspect",
      dependencies: [
        "MicroGPTAnalysis", "MicroGPTCommandLine", "MicroGPTFormat",
        "MicroGPTParallel", "MicroGPTText", arguments,
      ], swiftSettings: strict),
    .executableTarget(
      name: "mgpt-convert",
      dependencies: [
        "MicroGPTCommandLine", "MicroGPTFormat", "MicroGPTInterchange",
        arguments,
      ], swiftSettings: strict),
    .executableTarget(
      name: "mgpt-sample",
      dependencies: [
        "MicroGPTCommandLine", "MicroGPTFormat", "MicroGPTParallel",
        "MicroGPTSampler",
        "MicroGPTText", arguments,
      ],
      exclude: ["static.ld"], swiftSettings: strict),
    .executableTarget(
      name: "mgpt-bench",
      dependencies: [
        "CMicroGPTKernels", "CMicroGPTNames", "CZlib", "MicroGPTCommandLine",
        "MicroGPTFormat", "MicroGPTParallel", "MicroGPTSampler", "MicroGPTText",
        "MicroGPTTraining", arguments,
      ], swiftSettings: strict),
    .executableTarget(
      name: "mgpt-serve",
      dependencies: [
        "MicroGPTCommandLine", "MicroGPTFormat", "MicroGPTParallel",
        "MicroGPTSampler", "MicroGPTServer", arguments,
      ],
      swiftSettings: strict),

    // Tests
    .target(
      name: "CKernelDigest", dependencies: ["CMicroGPTKernels"],
      path: "Tests/Checks/KernelDigest",
      exclude: ["avx512", "run", "expected", "main.c"]),
    .target(name: "CTerminal", path: "Tests/Support/CTerminal"),
    .target(
      name: "ProgramSupport", path: "Tests/Support/ProgramSupport",
      swiftSettings: strict),
    .target(
      name: "ConformanceSuite", dependencies: ["MicroGPTFormat"],
      path: "Tests/Support/ConformanceSuite", swiftSettings: strict),
    .testTarget(
      name: "CMicroGPTKernelsTests",
      dependencies: ["CKernelDigest", "CMicroGPTKernels"],
      swiftSettings: strict),
    .testTarget(
      name: "MicroGPTTextTests", dependencies: ["MicroGPTText"],
      swiftSettings: strict),
    .testTarget(
      name: "MicroGPTRandomTests", dependencies: ["MicroGPTRandom"],
      swiftSettings: strict),
    .testTarget(
      name: "MicroGPTParallelTests", dependencies: ["MicroGPTParallel"],
      swiftSettings: strict),
    .testTarget(
      name: "MicroGPTReferenceTests", dependencies: ["MicroGPTReference"],
      swiftSettings: strict),
    .testTarget(
      name: "MicroGPTFormatTests",
      dependencies: ["ConformanceSuite", "MicroGPTFormat", "MicroGPTRandom"],
      swiftSettings: strict),
    .testTarget(
      name: "MicroGPTInterchangeTests",
      dependencies: [
        "ConformanceSuite", "MicroGPTInterchange", "MicroGPTRandom",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "MicroGPTAnalysisTests",
      dependencies: ["MicroGPTAnalysis", "MicroGPTFormat"],
      swiftSettings: strict),
    .testTarget(
      name: "MicroGPTSamplerTests",
      dependencies: ["MicroGPTReference", "MicroGPTSampler"],
      swiftSettings: strict),
    .testTarget(
      name: "MicroGPTTrainingTests",
      dependencies: [
        "CMicroGPTKernels", "MicroGPTFormat", "MicroGPTReference",
        "MicroGPTTraining",
      ], swiftSettings: strict),
    .testTarget(
      name: "MicroGPTServerTests",
      dependencies: [
        "MicroGPTFormat", "MicroGPTRandom", "MicroGPTSampler", "MicroGPTServer",
        "ProgramSupport", "mgpt-serve",
      ] + http, swiftSettings: strict),
    .testTarget(
      name: "ProgramTests",
      dependencies: [
        "CMicroGPTKernels", "CTerminal", "MicroGPTFormat", "ProgramSupport",
        "mgpt-bench",
        "mgpt-convert", "mgpt-inspect", "mgpt-sample", "mgpt-serve",
        "mgpt-train",
      ],
      exclude: ["Help"], swiftSettings: strict),
  ]
)
