import Foundation
import MicroGPTReference
import Testing

/// Equal to microgpt.py to the last digit, on the machine's own C library.
@Suite struct ParityTests {
  @Test func `training begins as microgpt.py's does`() throws {
    let expected = try ParityFigures.load()
    let corpus = try Corpus.names()
    let model = MicroGPT(
      Config(vocab_size: corpus.letters.count + 1),
      docs: corpus.docs
    )
    #expect(model.docs.prefix(5).map(corpus.text) == expected.firstDocs)
    #expect(
      Array(model.weights[0].data.prefix(16)) == expected.initialWteRow0
    )
    #expect(model.weights.last?.data.last == expected.initialLastParam)
    let losses = (0..<25).map { _ in model.step() }
    #expect(losses == Array(expected.loss.prefix(25)))
  }

  /// Some seconds in a release build, minutes in a debug build.
  @Test(
    .enabled(
      if: ProcessInfo.processInfo.environment["MICROGPT_FULL_PARITY"] == "1",
      "set MICROGPT_FULL_PARITY=1 and build for release"
    )
  )
  func `a whole run is microgpt.py's`() throws {
    let expected = try ParityFigures.load()
    let corpus = try Corpus.names()
    let config = Config(vocab_size: corpus.letters.count + 1)
    let model = MicroGPT(config, docs: corpus.docs)
    #expect((0..<config.num_steps).map { _ in model.step() } == expected.loss)
    #expect(model.named == expected.final.mapValues { Array($0.joined()) })
    let samples = try expected.samples.map { _ in
      try corpus.text(model.sample())
    }
    #expect(samples == expected.samples)
  }

  @Test(arguments: 0..<4)
  func `other configurations are the oracle's`(index: Int) throws {
    let figures = try OracleFigures.load()
    #expect(figures.cases.count == 4)
    let expected = figures.cases[index]
    let corpus = Corpus(figures.documents)
    let config = try config(expected.config)
    #expect(config.vocab_size == corpus.letters.count + 1)

    let model = MicroGPT(config, docs: corpus.docs)
    let batch = Array(model.docs.prefix(config.batch_size))
    let (loss, gradients) = model.loss_and_gradients(batch)
    #expect(loss == expected.loss[0])
    #expect(byName(gradients) == expected.gradients)

    #expect(expected.loss.map { _ in model.step() } == expected.loss)
    #expect(model.named == expected.final)
    let samples = try expected.samples.map { _ in
      try corpus.text(model.sample())
    }
    #expect(samples == expected.samples)
  }

  /// Reads a fixture's configuration, of which no setting may be missing.
  private func config(
    _ settings: [String: OracleFigures.Number]
  ) throws -> Config {
    func integer(_ name: String) throws -> UInt64 {
      try #require(settings[name]?.integer, "\(name)")
    }
    func size(_ name: String) throws -> Int { Int(try integer(name)) }
    func real(_ name: String) throws -> Double {
      try #require(settings[name]?.real, "\(name)")
    }
    var config = Config(vocab_size: try size("vocab_size"))
    config.n_layer = try size("n_layer")
    config.n_embd = try size("n_embd")
    config.n_head = try size("n_head")
    config.block_size = try size("block_size")
    config.learning_rate = try real("learning_rate")
    config.beta1 = try real("beta1")
    config.beta2 = try real("beta2")
    config.eps_adam = try real("eps_adam")
    config.std = try real("std")
    config.num_steps = try size("num_steps")
    config.batch_size = try size("batch_size")
    config.temperature = try real("temperature")
    config.seed = try integer("seed")
    return config
  }
}
