import MicroGPTFormat
import MicroGPTTraining

extension Measurement {
  /// Steps of the default model, of one document and of more, and of a larger
  /// model.
  mutating func addTraining() throws {
    let small = try smallModel()
    let operations = small.mean(
      small.configuration.trainingOperations(positions:))
    try addSteps(
      small, "default model, 1 document", batchSize: 1, threadCounts: [1],
      figure: .microseconds(each: "step", count: 1), operations: operations)
    for (batchSize, threadCounts) in [(16, [1]), (64, threadCounts)] {
      try addSteps(
        small, "default model, \(batchSize) documents", batchSize: batchSize,
        threadCounts: threadCounts,
        figure: .microseconds(each: "document", count: Double(batchSize)),
        operations: operations)
    }

    let larger = try largerModel()
    let configuration = larger.configuration
    notes.append(
      "larger   n_layer \(configuration.layerCount), n_head"
        + " \(configuration.headCount), n_embd \(configuration.embeddingWidth),"
        + " block_size \(configuration.blockSize), batches of"
        + " \(size.batchSize): \(configuration.parameterCount.groupedDescription)"
        + " parameters")
    let positions = larger.mean(Double.init) * Double(size.batchSize)
    try addSteps(
      larger, "larger model", batchSize: size.batchSize,
      threadCounts: threadCounts,
      figure: .perSecond("tokens", count: positions),
      operations: larger.mean(configuration.trainingOperations(positions:)))
  }

  // `operations` are those of a document.
  private mutating func addSteps(
    _ subject: Subject, _ name: String, batchSize: Int, threadCounts: [Int],
    figure: Work.Figure, operations: Double
  ) throws {
    let limit = peak()
    for threadCount in threadCounts {
      let trainer = try subject.trainer(
        batchSize: batchSize, threadCount: threadCount)
      stopwatch.add(
        Work(
          group: "training", name: name, threadCount: threadCount,
          figure: figure,
          load: .operations(operations * Double(batchSize)), limit: limit
        ) { trainer.step() })
    }
  }
}
