import MicroGPTTraining
import Testing

/// Which data a run goes on with: the same documents, however they are kept.
@Suite struct DataIdentityTests {
  private static let plain = "anna\nbo b\nzoë\n"
  private static let forms = [
    plain, "anna\r\nbo b\r\nzoë\r\n", "anna\rbo b\rzoë\r", "anna\nbo b\nzoë",
    "anna\r\nbo b\r\nzoë", "\u{FEFF}anna\nbo b\nzoë\n",
    "\u{FEFF}anna\r\nbo b\r\nzoë",
  ]
  private static let more = [
    "\n anna\nbo b \n\nzoë\n", "anna\r\nbo b\nzoë\r", "anna\n\rbo b\nzoë\n\n",
    "anna\nbo b\nzoë ", "\t\u{A0}anna\nbo b\nzoë\n",
  ]

  private func state(_ text: String) throws -> TrainingState {
    TrainingState(
      options: try TrainingOptions(),
      corpus: .lines(try lineCorpus(Array(text.utf8))))
  }

  @Test(arguments: forms + more, forms + more)
  func theSameDocumentsAreAccepted(began: String, goesOn: String) throws {
    let state = try state(began)
    let other = Corpus.lines(try lineCorpus(Array(goesOn.utf8)))
    #expect(throws: Never.self) { try state.check(other) }
  }

  @Test(arguments: forms + more)
  func othersAreRefused(began: String) throws {
    let state = try state(began)
    for text in [
      "anna\nbo b\n", "anna\nbob\nzoë\n", "bo b\nanna\nzoë\n",
      "anna\nbo\nb\nzoë\n", "anna\nbo b\nzoe\u{308}\n",
    ] {
      let other = try lineCorpus(Array(text.utf8))
      #expect(throws: TrainingError.self) { try state.check(.lines(other)) }
    }
  }

  /// What a usual file is remembered by is its digest alone, as ever.
  @Test func onlyTextsWithMoreThanDocumentsHaveASecondDigest() throws {
    for text in Self.forms {
      #expect(
        try state(text).properties.keys.allSatisfy {
          $0 != "microgpt.documents_sha256"
        })
    }
    let plain = try lineCorpus(Array(Self.plain.utf8)).sha256
    for text in Self.more {
      #expect(
        try state(text).properties["microgpt.documents_sha256"]
          == .text(plain))
    }
  }

  private func corpus(_ text: String) throws -> TextCorpus {
    let bytes = Array(text.utf8)
    return try TextCorpus(bytes: bytes.span)
  }

  /// Why a run that began with a text does not go on with another one.
  private func refusal(_ began: String, _ goesOn: String) throws
    -> TrainingError?
  {
    let state = TrainingState(
      options: try TrainingOptions(), corpus: .text(try corpus(began)))
    let other = Corpus.text(try corpus(goesOn))
    return #expect(throws: TrainingError.self) { try state.check(other) }
  }

  @Test func aTextHasToBeTheSameToTheByte() throws {
    let texts = ["ab\n c\n", "ab\r\n c\r\n", "ab\r c\r", "\u{FEFF}ab\n c\n"]
    for began in texts {
      let digest = try corpus(began).sha256
      for text in texts where text != began {
        #expect(
          try refusal(began, text)
            == .otherLineEnds(found: corpus(text).sha256, expected: digest))
      }
      for text in ["ab\n c", "ab\nc\n"] {
        #expect(
          try refusal(began, text)
            == .dataMismatch(found: corpus(text).sha256, expected: digest))
      }
    }
    let state = TrainingState(
      options: try TrainingOptions(), corpus: .text(try corpus(texts[1])))
    let same = Corpus.text(try corpus(texts[1]))
    #expect(throws: Never.self) { try state.check(same) }
  }
}
