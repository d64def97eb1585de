import ConformanceSuite
import MicroGPTFormat
import Testing

/// The suite of Fixtures, which is for any implementation, against this one.
@Suite("The conformance suite holds for binary files")
struct ConformanceTests {
  static let suite = ConformanceSuite.readOrEmpty
  static let invalid = suite.invalid.filter { !$0.isTwin }

  @Test func theManifestListsAllFiles() throws {
    let suite = try ConformanceSuite.read()
    let good = suite.valid.flatMap { ["\($0.name).json", "\($0.name).mgpt"] }
    #expect(try ConformanceSuite.files(in: "valid") == good.sorted())
    #expect(
      try ConformanceSuite.files(in: "invalid")
        == suite.invalid.map(\.name).sorted())
    #expect(Set(good).count == good.count)
  }

  @Test func everyRuleOfTheSpecificationIsBroken() throws {
    let stated = try Specification().text.split(separator: "\n")
      .filter { $0.hasPrefix("| F") }
      .compactMap { $0.split(separator: " ").dropFirst().first }
    #expect(stated == (1...69).map { "F\($0)" })
    #expect(Set(Self.suite.invalid.map(\.rule)) == Set(stated.map(String.init)))
  }

  @Test(arguments: suite.valid)
  func aGoodFileIsRead(fixture: ConformanceSuite.Valid) throws {
    let file = try fixture.checkpoint()
    let checkpoint = try Checkpoint(bytes: file)
    try checkpoint.verify()
    #expect(try checkpoint.fingerprint() == fixture.fingerprint)
    for (index, tensor) in checkpoint.tensors.enumerated() {
      let count = tensor.descriptor.elementCount
      #expect(try checkpoint.floats(ofTensorAt: index).count == count)
      #expect(try checkpoint.doubles(ofTensorAt: index).count == count)
    }
  }

  /// What the writer makes of a file is the file itself, if that is canonical
  /// and everything in it may be copied; else it is so from then on.
  @Test(arguments: suite.valid)
  func aCanonicalFileIsWrittenAgain(fixture: ConformanceSuite.Valid) throws {
    let file = try fixture.checkpoint()
    let written = try ConformanceSuite.rewritten(file)
    #expect((written == file) == (fixture.canonical && fixture.lossless))
    #expect(try ConformanceSuite.rewritten(written) == written)
    let checkpoint = try Checkpoint(bytes: written)
    #expect(try checkpoint.fingerprint() == fixture.fingerprint)
    #expect(
      checkpoint.manifest.with(codec: .raw)
        == (try Checkpoint(bytes: file).manifest.with(codec: .raw)))
  }

  @Test(arguments: invalid)
  func aBadFileGivesItsError(fixture: ConformanceSuite.Invalid) throws {
    let error = try #require(throws: CheckpointError.self) {
      try Checkpoint(bytes: fixture.bytes()).verify()
    }
    guard case .format(let error) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(error.reason.rawValue == fixture.reason)
    #expect(error.field == fixture.field)
    #expect(error.byteOffset == fixture.offset.map(UInt64.init))
    #expect(!error.found.isEmpty && !error.expected.isEmpty)
  }
}
