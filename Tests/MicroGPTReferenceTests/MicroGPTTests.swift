import MicroGPTReference
import Testing

@Suite struct MicroGPTTests {
  private static let docs = [
    [0, 1, 2, 3], [], [2], [3, 3, 1, 0, 2, 1], [1, 0],
  ]

  private static var config: Config {
    var config = Config(vocab_size: 5)
    config.n_layer = 2
    config.n_embd = 4
    config.n_head = 2
    config.block_size = 5
    config.num_steps = 6
    return config
  }

  @Test func `tensors stand in the order of the state_dict`() {
    let weights = MicroGPT(Self.config, docs: Self.docs).weights
    let layer = ["attn_wq", "attn_wk", "attn_wv", "attn_wo", "mlp_fc1"]
    #expect(
      weights.map(\.name) == ["wte", "wpe", "lm_head"]
        + (layer + ["mlp_fc2"]).map { "layer0." + $0 }
        + (layer + ["mlp_fc2"]).map { "layer1." + $0 }
    )
    #expect(weights[1].shape == [5, 4])
    #expect(weights[7].shape == [16, 4])
    #expect(weights[8].shape == [4, 16])
    #expect(weights.allSatisfy { $0.data.count == $0.shape[0] * $0.shape[1] })
  }

  @Test func `gradients agree with finite differences`() {
    // Doubles bear a step of 1e-6: its error is about 1e-12 plus rounding.
    let model = MicroGPT(Self.config, docs: Self.docs)
    let (loss, gradients) = model.loss_and_gradients(Self.docs)
    #expect(loss.isFinite)
    let weights = model.weights.map(\.data)
    for (t, gradient) in gradients.enumerated() {
      for i in stride(from: 0, to: weights[t].count, by: 11) {
        func shifted(by step: Double) -> Double {
          var weights = weights
          weights[t][i] += step
          let model = MicroGPT(Self.config, weights: weights)
          return model.loss_and_gradients(Self.docs).loss
        }
        let slope = (shifted(by: 1e-6) - shifted(by: -1e-6)) / 2e-6
        #expect(
          abs(slope - gradient.data[i]) < 1e-7,
          "\(gradient.name)[\(i)]: \(slope), \(gradient.data[i])"
        )
      }
    }
  }

  @Test func `a look at the gradients leaves no trace`() {
    let model = MicroGPT(Self.config, docs: Self.docs)
    let other = MicroGPT(Self.config, docs: Self.docs)
    for _ in 0..<3 {
      _ = other.loss_and_gradients([[3], [0, 0]])
      #expect(model.step() == other.step())
    }
    #expect(model.weights == other.weights)
    #expect(model.m == other.m && model.v == other.v)
    #expect(model.steps_done == 3)
  }

  @Test func `a model of given weights computes what the first one did`() {
    let model = MicroGPT(Self.config, docs: Self.docs)
    model.step()
    let copy = MicroGPT(Self.config, weights: model.weights.map(\.data))
    #expect(copy.weights == model.weights)
    let (loss, gradients) = model.loss_and_gradients(Self.docs)
    let copied = copy.loss_and_gradients(Self.docs)
    #expect(loss == copied.loss)
    #expect(gradients == copied.gradients)
  }

  @Test func `a document counts up to the block size`() {
    let model = MicroGPT(Self.config, docs: Self.docs)
    let short = model.loss_and_gradients([[0, 1, 2, 3, 0]]).loss
    let long = model.loss_and_gradients([[0, 1, 2, 3, 0, 1, 1]]).loss
    #expect(short == long)  // five positions; the last one predicts token 0
    #expect(short != model.loss_and_gradients([[0, 1, 2, 3, 1]]).loss)
  }

  @Test func `samples are tokens and fit the block`() throws {
    let model = MicroGPT(Self.config, docs: Self.docs)
    let samples = try (0..<100).map { _ in try model.sample(temperature: 2) }
    #expect(samples.allSatisfy { $0.count <= 5 })
    #expect(Set(samples.joined()) == [0, 1, 2, 3])
    #expect(Set(samples.map(\.count)).count > 1)
  }

  @Test func `temperature tells a sure model from an unsure one`() throws {
    let model = MicroGPT(Self.config, docs: Self.docs)
    let cold = try (0..<20).map { _ in try model.sample(temperature: 1e-4) }
    #expect(Set(cold).count == 1)  // the likeliest token at each position
    let hot = try (0..<20).map { _ in try model.sample(temperature: 10) }
    #expect(Set(hot).count > 5)
  }
}
