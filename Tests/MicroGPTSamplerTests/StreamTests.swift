import MicroGPTSampler
import Testing

/// Texts that are taken character by character, and not to their end.
@Suite struct StreamTests {
  /// A text without end.
  static let endless = GenerationOptions(
    seed: 4, temperature: 1, minimumLength: .max, contextOverflow: .slide)

  @Test func aStreamEndsWithItsTask() async throws {
    let model = try TestModel().opened()
    let stream = try model.characterStream(options: Self.endless)
    let task = Task {
      var count = 0
      for await _ in stream {
        count += 1
        if count == 5 { withUnsafeCurrentTask { $0?.cancel() } }
      }
      return count
    }
    #expect(await task.value == 5)
  }

  @Test func aCancelledTaskGetsNothing() async throws {
    let model = try TestModel().opened()
    let stream = try model.characterStream(options: Self.endless)
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      var iterator = stream.makeAsyncIterator()
      return await iterator.next()
    }
    #expect(await task.value == nil)
  }

  @Test func cancellingFromOutsideEndsAStream() async throws {
    let model = try TestModel().opened()
    let stream = try model.characterStream(options: Self.endless)
    let (begun, begin) = AsyncStream.makeStream(of: Void.self)
    let task = Task {
      var isFirst = true
      for await _ in stream where isFirst {
        isFirst = false
        begin.finish()
      }
    }
    for await _ in begun {}
    task.cancel()
    await task.value
  }

  @Test func eachIteratorBeginsAnew() async throws {
    let model = try TestModel().opened()
    let stream = try model.characterStream(prompt: "a")
    var texts: [[GeneratedCharacter]] = []
    for _ in 0..<2 {
      texts.append(await stream.reduce(into: []) { $0.append($1) })
    }
    let options = GenerationOptions(seed: stream.seed)
    let text = try model.generate(prompt: "a", options: options).continuation
    #expect(texts[0] == texts[1])
    #expect(texts[0].map { String($0.scalar) }.joined() == text)
  }

  @Test func aClosureEndsAText() throws {
    let model = try TestModel().opened()
    for count in 1...40 {
      var heard = 0
      var options = Self.endless
      options.reportsLogProbabilities = true
      let sample = try model.generate(options: options) { _ in
        heard += 1
        return heard < count
      }
      #expect(heard == count && sample.continuationTokenCount == count)
      #expect(sample.finishReason == .cancelled)
      #expect(sample.logProbabilities?.count == count)
      options.minimumLength = count
      options.maximumLength = count
      let whole = try model.generate(options: options)
      #expect(sample.continuation == whole.continuation)
      #expect(sample.logProbabilities == whole.logProbabilities)
    }
  }

  /// A text that a closure gives up at its last character has ended.
  @Test func theLastCharacterIsTheEnd() throws {
    let model = try TestModel(blockSize: 4).opened()
    var heard = 0
    let options = GenerationOptions(seed: 1, minimumLength: 4)
    let sample = try model.generate(options: options) { _ in
      heard += 1
      return heard < 4
    }
    #expect(heard == 4 && sample.finishReason == .length)
  }

  @Test func aTextThatHasEndedStaysSo() throws {
    let model = try TestModel().opened()
    let characters = try model.characters(
      options: GenerationOptions(maximumLength: 2))
    #expect(characters.sample.continuation.isEmpty)
    #expect(characters.sample.finishReason == .cancelled)
    while characters.next() != nil {}
    let sample = characters.sample
    #expect(characters.next() == nil)
    #expect(characters.sample == sample && sample.finishReason != .cancelled)
  }
}
