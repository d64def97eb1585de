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
/// alone.
final class RandomWindows: DocumentSource {
  private let text: TextCorpus
  private let length: Int
  private let batchSize: Int
  private let seed: UInt64
  /// The bytes from the first character on to where the last window begins.
  private let places: ClosedRange<Int>

  /// - Parameters:
  ///   - text: The text, of at least so many characters.
  ///   - length: The characters of a window.
  ///   - options: The seed and the batch size.
  init(_ text: TextCorpus, length: Int, options: TrainingOptions) {
    self.text = text
    self.length = length
    batchSize = options.batchSize
    seed = options.seed
    places = text.start...text.startOfLast(length)
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
    return places.lowerBound
  }

  private func random(ofWindow index: Int) -> SamplerRandom {
    SamplerRandom(seed: seed, stream: UInt64(index))
  }

  private func draw(_ random: inout SamplerRandom) -> Int {
    let range = UInt64(places.count)
    return places.lowerBound
      + Int(random.next().multipliedFullWidth(by: range).high)
  }
}
