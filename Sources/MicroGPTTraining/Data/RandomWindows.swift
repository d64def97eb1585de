import CMicroGPTKernels
import MicroGPTRandom

/// Windows of a text, each of as many characters as a document has positions
/// and begun at any character alike, with BOS before it.
///
/// BOS comes first although a window begins anywhere, so that a model of a text
/// is sampled as any other: BOS, then the prompt, which may be empty. BOS never
/// ends a window, so such a model writes on until its context is full.
///
/// Window *i* of a run, counted over all steps, depends on the seed and on *i*
/// alone. A stretch of the text is held out if a share of it is to be; no window
/// touches it.
final class RandomWindows: DocumentSource {
  private let text: TextCorpus
  private let length: Int
  private let batchSize: Int
  private let seed: UInt64
  private let split: TextSplit
  /// How many bytes a window may begin at.
  private let placeCount: Int

  /// Splits the text.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - length: The characters of a window.
  ///   - options: The seed, the batch size and the share to hold out.
  /// - Throws: ``TrainingError`` if a part is too short for a window.
  init(
    _ text: TextCorpus, length: Int, options: TrainingOptions
  ) throws(TrainingError) {
    self.text = text
    self.length = length
    batchSize = options.batchSize
    seed = options.seed
    split = try TextSplit(text, length: length, options: options)
    placeCount = split.places.reduce(0) { $0 + $1.count }
  }

  func fill(_ batch: Batch, step: Int) {
    for index in 0..<batchSize {
      text.read(
        length, from: start(ofWindow: step * batchSize + index),
        to: batch.begin(index, positions: length))
    }
  }

  func prefetch(step: Int) {
    for index in 0..<batchSize {
      var random = random(ofWindow: step * batchSize + index)
      text.prefetch(draw(&random))
    }
  }

  /// Windows one behind the other over the stretch held out, or as many of them
  /// as a validation takes, evenly spaced.
  func validationSet(positions: Int) -> ValidationSet? {
    let windowCount = split.heldOutCharacterCount / positions
    guard windowCount > 0 else { return nil }
    let count = min(
      windowCount, ValidationSet.documentLimit(positions: positions))
    let batch = Batch(count: count, positions: positions)
    var (window, offset) = (0, split.heldOut.lowerBound)
    for index in 0..<count {
      let next = index * windowCount / count
      offset = text.character((next - window) * positions, behind: offset)
      window = next
      text.read(
        positions, from: offset, to: batch.begin(index, positions: positions))
    }
    return ValidationSet(
      batch, heldOutUnitCount: split.heldOutCharacterCount,
      bosToken: text.vocabulary.bosToken)
  }

  /// The byte at which a window begins.
  ///
  /// Bytes are drawn until one begins a character, so every character is as
  /// likely, whatever its length, and no index of characters is needed.
  ///
  /// - Complexity: O(bytes a character), at most 4 draws on average.
  func start(ofWindow index: Int) -> Int {
    var random = random(ofWindow: index)
    // A text has characters; a file that was overwritten meanwhile may not.
    for _ in 0..<1000 {
      let offset = draw(&random)
      if text.beginsCharacter(at: offset) { return offset }
    }
    return split.places[0].lowerBound
  }

  private func random(ofWindow index: Int) -> SamplerRandom {
    SamplerRandom(seed: seed, stream: UInt64(index))
  }

  private func draw(_ random: inout SamplerRandom) -> Int {
    let place = random.next(below: placeCount)
    let first = split.places[0]
    return place < first.count
      ? first.lowerBound + place
      : split.places[1].lowerBound + (place - first.count)
  }
}

extension SamplerRandom {
  /// Draws a number from 0 up to a count, each as likely as another.
  mutating func next(below count: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(count)).high)
  }
}
