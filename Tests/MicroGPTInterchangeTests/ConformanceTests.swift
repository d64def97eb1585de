import ConformanceSuite
import MicroGPTFormat
import MicroGPTInterchange
import Testing

/// The suite of Fixtures, which is for any implementation, against this one.
@Suite("The conformance suite holds for twins")
struct ConformanceTests {
  static let suite = ConformanceSuite.readOrEmpty
  static let invalid = suite.invalid.filter(\.isTwin)

  @Test func theManifestIsRead() throws {
    #expect(try !ConformanceSuite.read().valid.isEmpty)
    #expect(!Self.invalid.isEmpty)
  }

  /// The twin of the suite, and the one that is written here, give the file, or
  /// what the writer makes of it.
  @Test(arguments: suite.valid)
  func aTwinGivesItsFile(fixture: ConformanceSuite.Valid) throws {
    let file = try fixture.checkpoint()
    let isWhole = fixture.canonical && fixture.lossless
    let expected = isWhole ? file : try ConformanceSuite.rewritten(file)
    #expect(try Twins.file(json: fixture.twin()) == expected)
    #expect(try Twins.file(json: Twins.json(file)) == expected)
  }

  @Test(arguments: invalid)
  func aBadTwinGivesItsError(fixture: ConformanceSuite.Invalid) throws {
    let error = try #require(throws: JSONCheckpointError.self) {
      _ = try Twins.file(json: fixture.bytes())
    }
    #expect(error.field == fixture.field)
    #expect(error.byteOffset == fixture.offset)
    #expect(!error.found.isEmpty && !error.expected.isEmpty)
  }
}
