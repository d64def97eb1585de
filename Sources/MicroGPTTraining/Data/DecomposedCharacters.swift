import MicroGPTFormat

/// Letters of a text that have composed forms, but stand in it as a letter and
/// its marks.
package struct DecomposedCharacters: Sendable, Hashable {
  /// How many there are.
  package fileprivate(set) var count: Int
  /// One of them, of those that the vocabulary has in both forms if it has any.
  package fileprivate(set) var base: Unicode.Scalar
  /// The mark after it.
  package fileprivate(set) var mark: Unicode.Scalar
  /// What both make.
  package fileprivate(set) var composed: Unicode.Scalar
  /// Whether the vocabulary has that too.
  package fileprivate(set) var isComposedToo: Bool
}

extension Corpus {
  /// The letters in decomposed form; `nil` if there are none.
  ///
  /// - Complexity: O(characters) if the vocabulary has marks, else O(its size).
  package var decomposedCharacters: DecomposedCharacters? {
    guard vocabulary.scalars.contains(where: \.continuesCharacter) else {
      return nil
    }
    var search = DecompositionSearch(vocabulary)
    switch self {
    case .lines(let lines):
      for token in lines.tokens { search.add(Int(token)) }
    case .text(let text): text.forEachToken { search.add($0) }
    }
    return search.found
  }
}

extension Vocabulary {
  /// The form in which the vocabulary has the first character of a text that it
  /// lacks, but has in another normal form.
  ///
  /// - Parameter bytes: The text in UTF-8.
  /// - Returns: `nil` if there is none.
  package func otherForm(inText bytes: UnsafeRawBufferPointer) -> OtherForm? {
    otherForm(
      in: sequence(state: CharacterCursor(bytes, at: 0)) { characters in
        characters.next().flatMap { Unicode.Scalar($0) }
      })
  }
}

/// Looks for a letter and its first mark, pair of tokens by pair.
private struct DecompositionSearch {
  private(set) var found: DecomposedCharacters?

  private let vocabulary: Vocabulary
  private let isMark: [Bool]  // of each token, BOS last
  private var last: Int
  /// What each pair makes that there was, by both tokens.
  private var composites: [Int: Unicode.Scalar?] = [:]

  init(_ vocabulary: Vocabulary) {
    self.vocabulary = vocabulary
    isMark = vocabulary.scalars.map(\.continuesCharacter) + [false]
    last = vocabulary.bosToken
  }

  mutating func add(_ token: Int) {
    defer { last = token }
    guard isMark[token], last != vocabulary.bosToken else { return }
    let pair = last * vocabulary.size + token
    let base = vocabulary.scalars[last]
    let mark = vocabulary.scalars[token]
    let composite: Unicode.Scalar?
    if let known = composites[pair] {
      composite = known
    } else {
      composite = base.composed(with: mark)
      composites[pair] = .some(composite)
    }
    guard let composite else { return }
    let isComposedToo = vocabulary.token(of: composite) != nil
    let count = (found?.count ?? 0) + 1
    if let found, found.isComposedToo || !isComposedToo {
      self.found?.count = count
    } else {
      found = DecomposedCharacters(
        count: count, base: base, mark: mark, composed: composite,
        isComposedToo: isComposedToo)
    }
  }
}
