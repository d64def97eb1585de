import MicroGPTFormat
import MicroGPTRandom
import Testing

@testable import MicroGPTTraining

/// So many documents, no two alike, of ten digits; BOS is 10.
private func numbered(_ count: Int) throws -> LineCorpus {
  try LineCorpus(
    bytes: Array((0..<count).map { "\($0)\n" }.joined().utf8).span,
    vocabulary: Vocabulary(of: "0123456789".unicodeScalars))
}

private func split(
  _ data: LineCorpus, _ options: TrainingOptions
) throws -> ShuffledDocuments {
  var random = PythonRandom(seed: options.seed)
  return try ShuffledDocuments(data, options: options, random: &random)
}

/// The tokens of a document of a batch, BOS in front.
private func tokens(_ batch: Batch, _ document: Int) -> [Int] {
  UnsafeBufferPointer(
    start: batch.tokens(of: document),
    count: batch.rows(of: document).count + 1
  ).map { Int($0) }
}

@Suite struct DocumentSplitTests {
  @Test func everyDocumentIsEitherTrainedOnOrHeldOut() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SamplerRandom(seed: seed, stream: 0)
    for _ in 0..<100 {
      let count = Int.random(in: 2...120, using: &random)
      let options = try TrainingOptions(
        batchSize: Int.random(in: 1...7, using: &random),
        seed: random.next(),
        validationFraction: Double.random(in: 0.001...0.9, using: &random))
      let data = try numbered(count)
      let source = try split(data, options)

      var python = PythonRandom(seed: options.seed)
      var shuffled = Array(0..<count)
      python.shuffle(&shuffled)
      #expect(source.order + source.heldOut == shuffled, "seed \(seed)")
      #expect(!source.order.isEmpty && !source.heldOut.isEmpty, "seed \(seed)")
      let share = options.validationFraction * Double(count)
      let expected = min(Int(share.rounded(.up)), count - 1)
      #expect(source.heldOut.count == expected, "seed \(seed)")

      // Steps take these in order, over and over.
      let batch = Batch(count: options.batchSize, positions: 4)
      for step in 0..<2 * count / options.batchSize + 1 {
        source.fill(batch, step: step)
        for index in 0..<options.batchSize {
          let number = step * options.batchSize + index
          let document = source.order[number % source.order.count]
          #expect(
            tokens(batch, index)
              == [10] + data.tokens(ofDocumentAt: document).prefix(3) + [10],
            "seed \(seed)")
        }
      }
    }
  }

  @Test(arguments: [
    (0.07, 100, 7), (0.29, 100, 29), (0.57, 100, 57), (0.1, 30, 3),
    (0.101, 30, 4), (0.5, 3, 2), (0.9, 2, 1), (0.9, 10, 9), (0.9, 5, 4),
    (1e-300, 3, 1), (0.3, 1000, 300), (0.1, 2, 1),
  ])
  func theShareIsRoundedUp(share: Double, count: Int, heldOut: Int) throws {
    let source = try split(
      numbered(count), TrainingOptions(validationFraction: share))
    #expect(source.heldOut.count == heldOut)
    #expect(source.order.count == count - heldOut)
    #expect(source.validationSet(positions: 5)?.heldOutUnitCount == heldOut)
  }

  @Test func theSeedDecides() throws {
    let data = try numbered(50)
    func heldOut(_ seed: UInt64) throws -> [Int] {
      try split(data, TrainingOptions(seed: seed, validationFraction: 0.2))
        .heldOut
    }
    #expect(try heldOut(3) == heldOut(3))
    #expect(try Set((0..<20).map { try heldOut($0) }).count == 20)
  }

  @Test func nothingIsHeldOutUnlessAskedFor() throws {
    for count in [1, 2, 77] {
      let data = try numbered(count)
      let source = try split(data, TrainingOptions(seed: 9))
      var python = PythonRandom(seed: 9)
      var shuffled = Array(0..<count)
      python.shuffle(&shuffled)
      #expect(source.order == shuffled)
      #expect(source.heldOut.isEmpty)
      #expect(source.validationSet(positions: 5) == nil)
    }
  }

  @Test func initialWeightsAreThoseOfNoSplit() throws {
    let data = try numbered(40)
    func weights(_ share: Double) throws -> [Float] {
      let trainer = try Trainer(
        configuration: GPTConfiguration(vocabularySize: 11), lines: data,
        options: TrainingOptions(validationFraction: share))
      #expect((trainer.validationSet == nil) == (share == 0))
      return trainer.withWeights { weights in
        weights.indices.map { weights[$0] }
      }
    }
    #expect(try weights(0.3) == weights(0))
  }

  @Test func oneDocumentCannotBeSplit() throws {
    let data = try numbered(1)
    #expect(throws: TrainingError.tooFewDocuments) {
      try Trainer(
        configuration: GPTConfiguration(vocabularySize: 11), lines: data,
        options: TrainingOptions(validationFraction: 1e-9))
    }
    #expect(
      "\(TrainingError.tooFewDocuments)"
        == "the data has 1 document, expected at least 2 to hold some out")
  }
}

@Suite struct HeldOutDocumentsTests {
  @Test func aValidationTakesTheDocumentsHeldOut() throws {
    let data = try lineCorpus(Array("ab\nbca\nc\nabcab\nba\ncabc\n".utf8))
    let source = try split(data, TrainingOptions(validationFraction: 0.6))
    #expect(source.heldOut.count == 4)
    for positions in [1, 3, 4, 6] {
      let set = try #require(source.validationSet(positions: positions))
      #expect(set.documentCount == 4)
      #expect(set.heldOutUnitCount == 4)
      #expect(set.batch.positions == positions)
      var characters = 0
      for (index, document) in source.heldOut.enumerated() {
        let all = [3] + data.tokens(ofDocumentAt: document) + [3]
        #expect(
          tokens(set.batch, index) == Array(all.prefix(positions + 1)))
        characters += min(data.tokens(ofDocumentAt: document).count, positions)
      }
      #expect(set.characterCount == characters)
    }
  }

  /// As many as have 65,536 positions together, the first of them.
  @Test func aValidationIsBounded() throws {
    let data = try namesData()
    let trainer = try Trainer(
      configuration: GPTConfiguration(vocabularySize: 27), lines: data,
      options: TrainingOptions(validationFraction: 0.5))
    let set = try #require(trainer.validationSet)
    #expect(set.heldOutUnitCount == 15_230)
    #expect(set.documentCount == 4_096)
    let source = try split(data, TrainingOptions(validationFraction: 0.5))
    for index in [0, 1, 4_095] {
      #expect(
        tokens(set.batch, index)
          == [26] + data.tokens(ofDocumentAt: source.heldOut[index]) + [26])
    }
    let characters = source.heldOut.prefix(4_096).reduce(0) {
      $0 + data.tokens(ofDocumentAt: $1).count
    }
    #expect(set.characterCount == characters)
    #expect(set.batch.positionCount == characters + 4_096)
    #expect(ValidationSet.documentLimit(positions: 1) == 65_536)
    #expect(ValidationSet.documentLimit(positions: 65_536) == 1)
    #expect(ValidationSet.documentLimit(positions: 1_048_576) == 1)
  }

  @Test func lossAndBits() throws {
    // Of two characters and BOS, and of three that fill the block.
    let batch = Batch(count: 2, positions: 3)
    let documents: [[Int32]] = [[4, 0, 1, 4], [4, 2, 3, 1, 4]]
    for (index, document) in documents.enumerated() {
      document.withUnsafeBufferPointer { batch.set($0, at: index) }
    }
    let set = ValidationSet(batch, heldOutUnitCount: 9, bosToken: 4)
    #expect(set.characterCount == 5)
    #expect(set.heldOutUnitCount == 9)
    let validation = Validation(totals: [6, 1.5], of: set)
    #expect(validation.loss == (6.0 / 3 + 1.5 / 3) / 2)
    // A bit is the logarithm of 2 in nats.
    #expect(abs(validation.bitsPerCharacter - 7.5 / 5 / 0.6931471806) < 1e-9)
    // Documents count alike in the loss, characters in the bits.
    let short = Batch(count: 2, positions: 3)
    for (index, document) in [[4, 0], [4, 2, 3, 1]].enumerated() {
      document.map { Int32($0) }.withUnsafeBufferPointer {
        short.set($0, at: index)
      }
    }
    let other = Validation(
      totals: [2, 3], of: ValidationSet(short, heldOutUnitCount: 2, bosToken: 4)
    )
    #expect(other.loss == 1.5)
    #expect(abs(other.bitsPerCharacter - 5 / 4 / 0.6931471806) < 1e-9)
  }
}
