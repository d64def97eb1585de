import CMicroGPTKernels
import MicroGPTFormat

/// All that is to be measured; each bench adds its works.
struct Measurement {
  let size: WorkSize
  let greatestThreadCount: Int
  var stopwatch = Stopwatch()
  /// What else there is to say of the works, a line each.
  var notes: [String] = []

  /// One thread, two, and all.
  var threadCounts: [Int] {
    Set([1, 2, greatestThreadCount]).filter { $0 <= greatestThreadCount }
      .sorted()
  }

  private var limits: [String: Int] = [:]

  init(size: WorkSize, greatestThreadCount: Int) {
    self.size = size
    self.greatestThreadCount = greatestThreadCount
  }

  /// The limit of computing: fused multiply-adds in registers.
  mutating func peak() -> Int {
    limit("multiply-adds", .operations(Double(MGPT_PEAK_OPERATIONS) * 10_000)) {
      _ = mgpt_peak(10_000)
    }
  }

  /// The limit of reading weights: a buffer that no cache holds.
  mutating func memory() -> Int {
    let count = size.bufferCount
    lazy var buffer = FloatBuffer(count: count)
    return limit("memory read", .bytes(Double(4 * count))) {
      _ = mgpt_read_memory(buffer.base, count)
    }
  }

  /// Adds a limit on one thread, unless it is there.
  ///
  /// - Returns: Its place in the stopwatch.
  mutating func limit(
    _ name: String, _ load: Work.Load, _ body: @escaping () throws -> Void
  ) -> Int {
    if let place = limits[name] { return place }
    let place = stopwatch.add(
      Work(
        group: "limits", name: name, threads: 1, figure: .rate, load: load,
        limit: nil, body: body))
    limits[name] = place
    return place
  }
}

/// How large the works are.
struct WorkSize {
  /// A work is repeated within a round until it lasts at least half as long.
  let secondsEach: Double
  /// The floats of a buffer that no cache holds.
  let bufferCount: Int
  /// Of the larger model.
  let layerCount, headCount, embeddingWidth, blockSize, batchSize: Int
  /// The steps that the sampled small model is trained for.
  let trainingSteps: Int
  /// The texts that it makes in a go.
  let textCount: Int
  /// The most characters of a text of the larger model.
  let textLength: Int

  static let full = WorkSize(
    secondsEach: 0.1, bufferCount: 1 << 26, layerCount: 6, headCount: 6,
    embeddingWidth: 384, blockSize: 256, batchSize: 12, trainingSteps: 1000,
    textCount: 1000, textLength: 32)

  static let quick = WorkSize(
    secondsEach: 0, bufferCount: 1 << 12, layerCount: 2, headCount: 2,
    embeddingWidth: 32, blockSize: 16, batchSize: 3, trainingSteps: 10,
    textCount: 2, textLength: 4)
}
