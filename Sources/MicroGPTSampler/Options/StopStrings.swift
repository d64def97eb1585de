import MicroGPTFormat

/// Texts that end a continuation, as tokens.
struct StopStrings {
  private let stops: [[Int]]

  /// Whether there are none that could occur.
  var isEmpty: Bool { stops.isEmpty }

  /// - Parameters:
  ///   - texts: The texts; one with characters that the vocabulary lacks never
  ///     occurs.
  ///   - vocabulary: The characters of the model.
  init(_ texts: [String], _ vocabulary: Vocabulary) {
    stops = texts.compactMap { text in
      let tokens = text.unicodeScalars.compactMap { vocabulary.token(of: $0) }
      return tokens.count == text.unicodeScalars.count ? tokens : nil
    }
  }

  /// The length of the longest stop string that some tokens end with, 0 if they
  /// end with none.
  func lengthOfMatch(_ tokens: ArraySlice<Int>) -> Int {
    var length = 0
    for stop in stops where stop.count > length && ends(tokens, stop[...]) {
      length = stop.count
    }
    return length
  }

  /// The length of the longest beginning of a stop string that some tokens end
  /// with.
  func lengthOfStart(_ tokens: ArraySlice<Int>) -> Int {
    var length = 0
    for stop in stops {
      for count in stride(from: stop.count - 1, to: length, by: -1)
      where ends(tokens, stop[..<count]) {
        length = count
        break
      }
    }
    return length
  }

  private func ends(_ tokens: ArraySlice<Int>, _ end: ArraySlice<Int>) -> Bool {
    tokens.count >= end.count
      && zip(tokens.suffix(end.count), end).allSatisfy { $0 == $1 }
  }
}
