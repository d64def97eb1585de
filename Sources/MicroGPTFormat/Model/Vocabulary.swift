import MicroGPTText

/// The characters of a model: sorted distinct Unicode scalars, and BOS.
///
/// Token *i* is the *i*-th scalar; the last token, ``bosToken``, begins and
/// ends a document.
///
/// Spec: section 6, “VOCB”.
public struct Vocabulary: Sendable, Hashable {
  /// The characters, strictly increasing.
  public let scalars: [Unicode.Scalar]

  /// The token that begins and ends a document: the number of characters.
  public var bosToken: Int { scalars.count }

  /// The number of tokens, `vocab_size`: the characters and BOS.
  public var size: Int { scalars.count + 1 }

  /// Creates a vocabulary of given characters; `nil` unless there is at least
  /// one and they strictly increase.
  ///
  /// - Parameter scalars: The characters.
  public init?(sorted scalars: [Unicode.Scalar]) {
    guard !scalars.isEmpty,
      zip(scalars, scalars.dropFirst()).allSatisfy({ $0 < $1 })
    else { return nil }
    self.scalars = scalars
  }

  /// Creates the vocabulary of a text: its distinct characters, sorted; `nil`
  /// if there are none.
  ///
  /// - Parameter text: Any characters, in any order.
  public init?(of text: some Sequence<Unicode.Scalar>) {
    self.init(sorted: Set(text).sorted())
  }

  /// The token of a character, in O(log size).
  ///
  /// - Parameter scalar: The character.
  /// - Returns: `nil` if the vocabulary lacks it.
  public func token(of scalar: Unicode.Scalar) -> Int? {
    var range = scalars.indices
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      if scalars[middle] == scalar { return middle }
      range =
        scalars[middle] < scalar
        ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return nil
  }

  /// The tokens of a text, one a scalar, without BOS.
  ///
  /// A scalar that the vocabulary lacks is tried in lower case, so that `Ma`
  /// works where all names are in lower case.
  ///
  /// - Parameter text: The text; it is not normalised.
  /// - Returns: As many tokens as the text has scalars.
  /// - Throws: ``UnknownCharacterError`` for the first scalar that the vocabulary
  ///   lacks in both cases.
  public func encode(_ text: String) throws(UnknownCharacterError) -> [Int] {
    var tokens: [Int] = []
    for (index, scalar) in text.unicodeScalars.enumerated() {
      guard let token = knownToken(of: scalar) else {
        #if hasFeature(Embedded)
        throw UnknownCharacterError(scalar: scalar, scalarIndex: index)
        #else
        throw UnknownCharacterError(
          scalar: scalar, scalarIndex: index,
          otherForm: otherForm(of: text.unicodeScalars, at: index))
        #endif
      }
      tokens.append(token)
    }
    return tokens
  }

  /// The text of tokens, the inverse of ``encode(_:)`` up to case.
  ///
  /// - Parameter tokens: Tokens; BOS, and numbers that are no token of this
  ///   vocabulary, have no text and are left out.
  /// - Returns: The characters of the tokens, in order.
  public func decode(_ tokens: some Sequence<Int>) -> String {
    decode(Array(tokens)[...])
  }

  /// The same for what need not be copied.
  package func decode(_ tokens: ArraySlice<Int>) -> String {
    // No more than is needed, so that a short text stays a small string.
    var capacity = 0
    for token in tokens where scalars.indices.contains(token) {
      capacity += UTF8.width(scalars[token])
    }
    return String(unsafeUninitializedCapacity: capacity) { bytes in
      var count = 0
      for token in tokens where scalars.indices.contains(token) {
        let scalar = scalars[token]
        if scalar.isASCII {
          bytes[count] = UInt8(truncatingIfNeeded: scalar.value)
          count += 1
        } else {
          for byte in String(scalar).utf8 {
            bytes[count] = byte
            count += 1
          }
        }
      }
      return count
    }
  }

  /// The token of a character as given or, if the vocabulary lacks that, in
  /// lower case: the one look-up for all that users type.
  package func knownToken(of scalar: Unicode.Scalar) -> Int? {
    token(of: scalar) ?? scalar.lowercased.flatMap { token(of: $0) }
  }

  /// The character of the vocabulary that ``knownToken(of:)`` finds.
  package func known(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
    knownToken(of: scalar).map { scalars[$0] }
  }
}

/// A character that a model does not know, in the case given or in lower case.
public struct UnknownCharacterError: Error, Sendable, Hashable {
  /// The character.
  public let scalar: Unicode.Scalar
  /// How many scalars stand before it in the text.
  public let scalarIndex: Int
  #if !hasFeature(Embedded)
  /// The normal form in which the vocabulary has it.
  package let otherForm: OtherForm?
  #endif
}

extension UnknownCharacterError: CustomStringConvertible {
  /// The error as one clause, with the character and its code point, and what to
  /// do if the vocabulary has it in another normal form.
  public var description: String {
    let words = "the character \(quoted(scalar)) is not in the vocabulary"
    #if hasFeature(Embedded)
    return words
    #else
    return words + (otherForm.map { "; \($0.advice())" } ?? "")
    #endif
  }
}
