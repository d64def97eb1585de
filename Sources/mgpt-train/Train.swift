import ArgumentParser
import CMicroGPTSystem
import MicroGPTCommandLine
import MicroGPTFormat
import MicroGPTParallel
import MicroGPTSampler
import MicroGPTTraining

@main
struct Train: Command {
  static let configuration = CommandConfiguration(
    commandName: "mgpt-train",
    abstract: "Trains a model on text and writes a checkpoint.",
    discussion: """
      Without arguments it trains on 30,460 given names, which it carries, \
      writes names.mgpt in the current folder and prints 20 new names on \
      standard output; all else goes to standard error. The data is UTF-8, a \
      document a line, white space around it dropped. The same data, options \
      and seed give the same file, whatever the number of threads.

      With --document text the data is one text as it stands: a document is a \
      window of block_size characters anywhere in it, and a text of \
      \(textLength) characters is printed in the end. A file of any size will \
      do; it must not change meanwhile.

      Example: mgpt-train --data towns.txt --n-embd 32 --steps 5000
      """)

  @Option(
    name: .long,
    help: "The text to train on, - for standard input (default: given names).")
  var data: String?

  @Option(
    name: .long,
    help: "lines, each a document; or text, one long text, window by window.")
  var document = DocumentKind.lines

  @Option(
    name: [.short, .long],
    help: "The checkpoint (default: named after the data, as names.mgpt).")
  var output: String?

  @Option(
    name: .long,
    help: "fast, in 32-bit floats; or reference, one scalar at a time.")
  var engine = EngineKind.fast

  @Option(
    name: .long, parsing: .unconditional,
    help: "Steps of training, 1 to 1000000000.")
  var steps = 1000

  @Option(
    name: .long, parsing: .unconditional, help: "Documents a step, 1 to 65536.")
  var batchSize = 1

  @Option(
    name: .long, parsing: .unconditional,
    help: "Learning rate of the first step, 0 to 10; falls to 0.")
  var learningRate = 0.01

  @Option(
    name: .long, parsing: .unconditional,
    help: """
      Standard deviation of the first weights, 0 to 10; wide models want less.
      """)
  var initialDeviation = 0.08

  @Option(
    name: .long, parsing: .unconditional,
    help: "What chance depends on, 0 to 2^64 - 1.")
  var seed: UInt64 = 42

  @Option(name: .long, parsing: .unconditional, help: "Layers, 1 to 1000.")
  var nLayer = 1

  @Option(
    name: .long, parsing: .unconditional,
    help: "Attention heads, a divisor of --n-embd.")
  var nHead = 4

  @Option(
    name: .long, parsing: .unconditional,
    help: "Width of the embedding, 1 to 65536.")
  var nEmbd = 16

  @Option(
    name: .long, parsing: .unconditional,
    help: "The most characters in view, 1 to 1048576.")
  var blockSize = 16

  @Option(name: .long, help: "How tensors are stored.")
  var codec = CodecOption.zlib

  @OptionGroup var labels: LabelOptions

  @Option(
    name: .long, parsing: .unconditional,
    help: """
      Texts to print when trained, 0 to 1000000 (default: 20; 1 with --document \
      text).
      """)
  var samples: Int?

  @Option(
    name: .long, parsing: .unconditional,
    help: "How freely these are chosen, 0 to 100.")
  var temperature = 0.5

  @Option(
    name: .long, parsing: .unconditional,
    help: """
      Threads, 1 to 1024 (default: all processors); short steps use one.
      """)
  var threads: Int?

  @Flag(name: .long, help: "Replace the output if it exists.")
  var force = false

  func validate() throws {
    try samples?.require(in: 0...1_000_000, "--samples")
    try temperature.require(in: 0...100, "--temperature")
    try threads?.require(in: 1...1024, "--threads")
    if let output, ["", "-"].contains(output) {
      throw ValidationError("--output is “\(output)”, expected a file's name")
    }
    if engine == .reference && temperature == 0 {
      throw ValidationError(
        "--temperature is 0, expected more for the reference engine")
    }
    if engine == .reference && document == .text {
      throw ValidationError(
        "--document is text, expected lines for the reference engine")
    }
    _ = try trainingOptions
    // With any vocabulary: the data comes later.
    _ = try modelConfiguration(vocabularySize: 2)
  }

  func execute() throws {
    if let refusal = Kernels.refusal {
      throw CommandFailure.usage("\(refusal)")
    }
    let clock = ContinuousClock()
    let start = clock.now
    do {
      try AtomicFile.checkTarget(outputPath, replacing: force)
    } catch {
      throw CommandFailure.writing(error, outputPath)
    }
    if let data, mgpt_is_same_file(data, outputPath) == 1 {
      throw CommandFailure.usage(
        "\(data) is both data and output; --output names another file")
    }
    let corpus = try readCorpus()
    let configuration = try modelConfiguration(
      vocabularySize: corpus.vocabulary.size)
    let options = try trainingOptions
    announce(corpus, configuration)
    let threadCount = threads ?? WorkerPool.processorCount
    try checkMemory(configuration, corpus, options, threadCount: threadCount)
    let engine = try engine.make(
      configuration, corpus, options, threadCount: threadCount)

    var progress = TrainingProgress(steps: steps)
    for step in 1...steps {
      let loss = engine.step()
      progress.record(step: step, loss: loss)
      guard loss.isFinite else {
        progress.clear()
        throw divergence("the loss of step \(step) is \(loss)")
      }
    }
    progress.finish()
    guard engine.hasFiniteWeights else {
      throw divergence("weights are not finite after the last step")
    }

    let byteCount = try save(
      engine, corpus, configuration,
      labels: labels.applied(to: summary(of: corpus, loss: progress.mean)))
    StandardError.write(
      "wrote \(outputPath), \(byteCount.grouped) bytes; it took"
        + " \(seconds(clock.now - start)) s\n")
    try printSamples(of: engine)
    StandardError.write(suggestions)
  }
}

// MARK: - Arguments

extension Train {
  private var trainingOptions: TrainingOptions {
    get throws {
      do {
        return try TrainingOptions(
          steps: steps, batchSize: batchSize, learningRate: learningRate,
          initialStandardDeviation: initialDeviation, seed: seed)
      } catch {
        throw ValidationError("\(error)")
      }
    }
  }

  private func modelConfiguration(
    vocabularySize: Int
  ) throws -> GPTConfiguration {
    do {
      return try GPTConfiguration(
        layerCount: nLayer, headCount: nHead, embeddingWidth: nEmbd,
        blockSize: blockSize, vocabularySize: vocabularySize)
    } catch {
      throw ValidationError("\(error)")
    }
  }

  /// The data's name without folder and ending.
  var dataName: String {
    guard let data else { return "names" }
    guard data != "-" else { return "input" }
    let name = data.split(separator: "/").last.map(String.init) ?? data
    let stem = name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
    return stem.isEmpty ? name : stem
  }

  var outputPath: String { output ?? "\(dataName).mgpt" }
}

// MARK: - Work

extension Train {
  /// Refuses what this machine could not hold, before it is begun.
  private func checkMemory(
    _ configuration: GPTConfiguration, _ corpus: Corpus,
    _ options: TrainingOptions, threadCount: Int
  ) throws {
    let needed = engine.memoryNeeded(
      configuration, corpus, options, threadCount: threadCount)
    let present = mgpt_greatest_memory()
    if present > 0 && UInt64(needed) > present {
      throw CommandFailure.usage(
        "training this model takes about \((needed >> 20).grouped) MiB of"
          + " memory, of which there are \((present >> 20).grouped)")
    }
  }

  private func divergence(_ sign: String) -> CommandFailure {
    .data(
      "training diverged: \(sign); a lower --learning-rate may help, nothing"
        + " was written")
  }

  /// What the file says of its training.
  private func summary(
    of corpus: Corpus, loss: Double
  ) throws -> Properties {
    var labels: [String: Properties.Value] = [
      "data_sha256": .text(corpus.digest),
      "train_steps": .integers([UInt64(steps)]),
      "train_seed": .integers([seed]), "train_loss": .numbers([loss]),
    ]
    if case .lines(let dataSet) = corpus {
      labels["data_documents"] = .integers([UInt64(dataSet.documentCount)])
    }
    return try Properties(labels)
  }

  private func save(
    _ engine: any TrainingEngine, _ corpus: Corpus,
    _ configuration: GPTConfiguration, labels: Properties?
  ) throws -> Int {
    do throws(CheckpointError) {
      var manifest = Manifest(
        configuration: configuration, vocabulary: corpus.vocabulary,
        elementType: engine.elementType, codec: codec.codec)
      manifest.metadata = labels
      let writer = try CheckpointWriter(
        manifest, path: outputPath, replacing: force)
      for tensor in manifest.tensors {
        try engine.append(tensor.name, to: writer)
      }
      return try writer.finish()
    } catch {
      throw CommandFailure.writing(error, outputPath)
    }
  }

  private func printSamples(of engine: any TrainingEngine) throws {
    let count = samples ?? (document == .text ? 1 : 20)
    guard count > 0 else { return }
    let texts = try engine.samples(
      count: count, temperature: temperature, from: outputPath)
    for (index, text) in texts.enumerated() {
      // It has lines of its own, so the end of one does not show its end.
      if document == .text && index > 0 { try StandardOutput.write("---\n") }
      try StandardOutput.write(text + "\n")
    }
  }
}
