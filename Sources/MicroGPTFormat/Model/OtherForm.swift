#if !hasFeature(Embedded)
import MicroGPTText

/// Another normal form of Unicode in which a vocabulary has a character that it
/// lacks as it is given.
package enum OtherForm: Sendable, Hashable {
  /// As one scalar (NFC), given as a letter and its marks.
  case composed(Unicode.Scalar)
  /// As a letter and its marks (NFD), given as one scalar.
  case decomposed([Unicode.Scalar])
}

extension OtherForm {
  /// What to do about it, as a clause.
  ///
  /// - Parameter subject: What stands for the character.
  /// - Returns: The clause.
  package func advice(on subject: String = "it") -> String {
    switch self {
    case .composed(let scalar):
      "the vocabulary has \(subject) in composed form (NFC), as"
        + " \(quoted(scalar)); \(Self.conversion(.nfc))"
    case .decomposed(let scalars):
      "the vocabulary has \(subject) in decomposed form (NFD), as"
        + " \(Self.parts(scalars)); \(Self.conversion(.nfd))"
    }
  }

  /// What puts a text into a normal form, as a clause.
  package static func conversion(_ form: NormalForm) -> String {
    "“uconv -x \(form.rawValue)” or Python's"
      + " unicodedata.normalize(\"\(form.name)\", text) converts the text"
  }

  /// A letter and its marks, which are not shown: by themselves they would join
  /// the quotation mark.
  package static func parts(_ scalars: [Unicode.Scalar]) -> String {
    scalars.enumerated().map { $0 == 0 ? quoted($1) : codePoint($1) }
      .joined(separator: " and ")
  }
}

/// A normal form of Unicode that keeps all that is canonically equivalent.
package enum NormalForm: String {
  case nfc
  case nfd

  /// The form as Unicode and Python write it.
  package var name: String {
    switch self {
    case .nfc: "NFC"
    case .nfd: "NFD"
    }
  }
}

extension Vocabulary {
  /// Finds the form in which the vocabulary has the first of some characters
  /// that it lacks, but has in another normal form.
  ///
  /// - Parameters:
  ///   - text: The characters.
  ///   - triesLowercase: Whether they are looked up in lower case too.
  /// - Returns: `nil` if there is none among the first 1,000 distinct ones.
  package func otherForm(
    in text: some Sequence<Unicode.Scalar>, triesLowercase: Bool = false
  ) -> OtherForm? {
    var tried: Set<[Unicode.Scalar]> = []
    var run: [Unicode.Scalar] = []
    var isKnown = true
    func form() -> OtherForm? {
      guard !isKnown, tried.count < 1000, tried.insert(run).inserted
      else { return nil }
      return otherForm(of: run, triesLowercase: triesLowercase)
    }
    for scalar in text {
      // A letter with more marks than any has is none.
      if !scalar.continuesCharacter || run.count > 8 {
        if let form = form() { return form }
        run.removeAll(keepingCapacity: true)
        isKnown = true
      }
      run.append(scalar)
      isKnown = isKnown && token(of: scalar) != nil
    }
    return form()
  }

  /// The form of the character of a text at an offset, as given or in lower
  /// case.
  func otherForm(
    of text: String.UnicodeScalarView, at offset: Int
  ) -> OtherForm? {
    let index = text.index(text.startIndex, offsetBy: offset)
    var start = index
    while start > text.startIndex, text[start].continuesCharacter {
      start = text.index(before: start)
    }
    let rest = text[text.index(after: index)...]
    let end =
      rest.firstIndex { !$0.continuesCharacter } ?? text.endIndex
    let run = Array(text[start..<end].prefix(8))
    return otherForm(of: run, triesLowercase: true)
  }

  private func otherForm(
    of run: [Unicode.Scalar], triesLowercase: Bool
  ) -> OtherForm? {
    if let form = otherForm(of: run) { return form }
    guard triesLowercase else { return nil }
    return otherForm(of: run.map { known($0) ?? $0.lowercased ?? $0 })
  }

  /// The form in which the vocabulary has a letter with its marks, the first of
  /// which that is lacked included.
  private func otherForm(of run: [Unicode.Scalar]) -> OtherForm? {
    guard let lacked = run.firstIndex(where: { token(of: $0) == nil }) else {
      return nil
    }
    for end in stride(from: run.count, to: lacked, by: -1) {
      let text = string(run[..<end])
      let composed = scalars.first { scalar in
        scalar.value >= 0xC0 && String(scalar) == text
          && !scalar.properties.isFullCompositionExclusion
      }
      if let composed { return .composed(composed) }
    }
    return decomposition(of: run[lacked]).map { .decomposed($0) }
  }

  /// The characters of the vocabulary of which a scalar is composed.
  private func decomposition(of scalar: Unicode.Scalar) -> [Unicode.Scalar]? {
    let marks = scalars.filter(\.continuesCharacter)
    let text = String(scalar)
    var starts = scalars.filter { !$0.continuesCharacter }.map { [$0] }
    var trialCount = 0
    // No letter has more than three marks.
    for _ in 0..<3 {
      var longer: [[Unicode.Scalar]] = []
      for start in starts {
        for mark in marks {
          trialCount += 1
          guard trialCount < 1 << 17 else { return nil }
          let run = start + [mark]
          let composed = string(run[...])
          if composed == text { return run }
          let isPart =
            start.count == 1
            ? start[0].composed(with: mark) != nil : composite(composed) != nil
          if isPart { longer.append(run) }
        }
      }
      starts = longer
    }
    return nil
  }

  private func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    String(String.UnicodeScalarView(scalars))
  }
}
#endif
