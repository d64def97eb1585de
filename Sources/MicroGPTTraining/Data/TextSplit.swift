import MicroGPTRandom

/// What of a text is held out, and what windows there are to train on.
///
/// One stretch is held out, at a place that depends on the seed alone; windows
/// to train on lie before or behind it.
struct TextSplit {
  /// The bytes held out: whole characters, or none.
  let heldOut: Range<Int>
  /// The characters held out.
  let heldOutCharacterCount: Int
  /// The bytes at which a window to train on may begin, if a character does:
  /// one range or two.
  let places: [ClosedRange<Int>]

  /// Splits a text, in O(length + bytes held out).
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - length: The characters of a window.
  ///   - options: The seed, and the share to hold out.
  /// - Throws: ``TrainingError/heldOutTooShort(characterCount:blockSize:)`` or
  ///   ``TrainingError/restTooShort(blockSize:)``.
  init(
    _ text: TextCorpus, length: Int, options: TrainingOptions
  ) throws(TrainingError) {
    let all = text.byteRange
    if options.validationFraction > 0 {
      let count = Int(
        (options.validationFraction * Double(all.count)).rounded())
      // No window has this number.
      var random = SamplerRandom(seed: options.seed, stream: UInt64.max)
      let place = all.lowerBound + random.next(below: all.count - count + 1)
      heldOut =
        text.character(from: place)..<text.character(from: place + count)
      heldOutCharacterCount = text.characterCount(in: heldOut)
      guard heldOutCharacterCount >= length else {
        throw .heldOutTooShort(
          characterCount: heldOutCharacterCount, blockSize: length)
      }
    } else {
      heldOut = all.upperBound..<all.upperBound
      heldOutCharacterCount = 0
    }
    let rest = [
      all.lowerBound..<heldOut.lowerBound, heldOut.upperBound..<all.upperBound,
    ]
    places = rest.compactMap { range in
      text.startOfLast(length, in: range).map { range.lowerBound...$0 }
    }
    guard !places.isEmpty else { throw .restTooShort(blockSize: length) }
  }
}
