/// How much of what a model writes is what it was trained on.
extension LineCorpus {
  /// Counts the texts that are documents of the data, held out or not.
  ///
  /// A text that fills the context has no end, so it counts if a document begins
  /// with it.
  ///
  /// - Parameters:
  ///   - texts: The texts.
  ///   - blockSize: The most characters of a text.
  /// - Returns: How many of them, each as often as it occurs.
  /// - Complexity: O(documents), and O(characters) of those as long as a text.
  public func countOfCopies(among texts: [String], blockSize: Int) -> Int {
    var tokenOf: [Unicode.Scalar: Int32] = [:]
    for (token, scalar) in vocabulary.scalars.enumerated() {
      tokenOf[scalar] = Int32(token)
    }
    var counts: [[Int32]: Int] = [:]
    for text in texts {
      let tokens = text.unicodeScalars.compactMap { tokenOf[$0] }
      guard tokens.count == text.unicodeScalars.count, !tokens.isEmpty else {
        continue
      }
      counts[tokens, default: 0] += 1
    }
    let lengths = Set(counts.keys.map(\.count))
    let full = lengths.filter { $0 >= blockSize }
    var copies = 0
    for index in 0..<documentCount where !counts.isEmpty {
      withTokens(ofDocument: index) { tokens in
        let document = tokens.dropFirst().dropLast()
        if lengths.contains(document.count) {
          copies += counts.removeValue(forKey: Array(document)) ?? 0
        }
        for length in full where length < document.count {
          let start = Array(document.prefix(length))
          copies += counts.removeValue(forKey: start) ?? 0
        }
      }
    }
    return copies
  }
}
