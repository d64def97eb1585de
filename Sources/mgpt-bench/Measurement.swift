import CMicroGPTKernels
import MicroGPTFormat

/// All that is to be measured; each bench adds its works.
struct Measurement {
  let size: WorkSize
  let maximumThreadCount: Int
  var stopwatch = Stopwatch()
  /// What else there is to say of the works, a line each.
  var notes: [String] = []

  /// One thread, two, and all.
  var threadCounts: [Int] {
    Set([1, 2, maximumThreadCount]).filter { $0 <= maximumThreadCount }
      .sorted()
  }

  private var limits: [String: Int] = [:]

  init(size: WorkSize, maximumThreadCount: Int) {
    self.size = size
    self.maximumThreadCount = maximumThreadCount
  }

  /// The limit of computing: fused multiply-adds in registers.
  mutating func peak() -> Int {
    limit("multiply-adds", .operations(Double(MGPT_PEAK_OPERATIONS) * 10_000)) {
      _ = mgpt_kernels_in_use().pointee.peak(10_000)
    }
  }

  /// The limit of generating a text of a large model: its weights read once.
  mutating func reading(_ checkpoint: Checkpoint, threadCount: Int) -> Int {
    let weights = WeightReader(checkpoint, threadCount: threadCount)
    return limit(
      "weights read", .bytes(Double(weights.byteCount)),
      threadCount: threadCount,
      weights.read)
  }

  /// Adds a limit, unless it is there.
  ///
  /// - Returns: Its place in the stopwatch.
  mutating func limit(
    _ name: String, _ load: Work.Load, threadCount: Int = 1,
    _ body: @escaping () throws -> Void
  ) -> Int {
    let key = "\(name), \(threadCount)"
    if let place = limits[key] { return place }
    let place = stopwatch.add(
      Work(
        group: "limits", name: name, threadCount: threadCount, figure: .rate,
        load: load,
        limit: nil, body: body))
    limits[key] = place
    return place
  }
}

/// How large the works are.
struct WorkSize {
  /// A work is repeated within a round until it lasts at least half as long.
  let secondsEach: Double
  /// Of the larger model, which is trained.
  let layerCount, headCount, embeddingWidth, blockSize, batchSize: Int
  /// The steps that the sampled small model is trained for.
  let trainingSteps: Int
  /// The texts that it makes in a go.
  let textCount: Int
  /// Of the large model, which is sampled.
  let largeLayerCount, largeHeadCount, largeWidth: Int
  /// The characters of a text of the large model.
  let textLength: Int

  static let full = WorkSize(
    secondsEach: 0.1, layerCount: 6, headCount: 6,
    embeddingWidth: 384, blockSize: 256, batchSize: 12, trainingSteps: 1000,
    textCount: 10_000, largeLayerCount: 5, largeHeadCount: 8, largeWidth: 512,
    textLength: 64)

  static let quick = WorkSize(
    secondsEach: 0, layerCount: 2, headCount: 2,
    embeddingWidth: 32, blockSize: 16, batchSize: 3, trainingSteps: 10,
    textCount: 2, largeLayerCount: 2, largeHeadCount: 2, largeWidth: 112,
    textLength: 4)
}
