import MicroGPTTraining
import Testing

@Suite struct CopiedLinesTests {
  private func count(_ texts: [String], blockSize: Int = 8) throws -> Int {
    try lineCorpus(Array("anna\nbob\nanna\nbo\nalexander\n".utf8))
      .countOfCopies(among: texts, blockSize: blockSize)
  }

  @Test func wholeLinesCount() throws {
    #expect(try count(["anna", "bob", "ann", "Anna", "", "anna", "nana"]) == 3)
    #expect(try count([]) == 0)
    #expect(try count(["alexander", "bo\nb", "bobo"]) == 1)
  }

  /// A text that fills the context was cut off.
  @Test func theStartOfALineCountsWhereNoMoreFits() throws {
    #expect(try count(["alex", "alexande"]) == 1)
    #expect(try count(["alex", "anna", "lexa"], blockSize: 4) == 2)
  }
}
