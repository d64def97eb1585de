// Names as in microgpt.py.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

extension MicroGPT {
  /// Trains on the next documents and updates the weights.
  ///
  /// Step s takes the documents s * batch_size and on, from the start again
  /// when they run out. The model must have documents, and `config.num_steps`
  /// not be reached. The update is Adam with bias correction (Kingma & Ba
  /// 2015), its learning rate falling linearly.
  ///
  /// Complexity: O(n) in the operations that compute the loss.
  ///
  /// - Returns: The loss before the update, in nats a token.
  @discardableResult
  public func step() -> Double {
    precondition(!docs.isEmpty, "training needs a document")
    precondition(steps_done < config.num_steps, "all planned steps are done")
    let start = steps_done * config.batch_size
    let batch = (0..<config.batch_size).map { i in
      docs[(start + i) % docs.count]
    }
    let loss = loss(of: batch)
    loss.backward()
    let result = loss.data
    tape.forget(after: params.count)
    adam_update()
    steps_done += 1
    return result
  }

  /// Computes the mean loss of documents and its gradient, without an update.
  ///
  /// - Parameter docs: At least one document: tokens without BOS.
  /// - Returns: The loss in nats a token, and the gradient of each tensor in
  ///   the order of `weights`.
  public func loss_and_gradients(
    _ docs: [[Int]]
  ) -> (loss: Double, gradients: [Tensor]) {
    let loss = loss(of: docs)
    loss.backward()
    let result = (loss.data, tensors(of: \.grad))
    tape.forget(after: params.count)
    for p in params { p.grad = 0 }
    return result
  }

  /// The mean of the documents' losses.
  private func loss(of batch: [[Int]]) -> Value {
    let losses = batch.map { doc in loss(of: doc) }
    // microgpt.py has one document a step, and no division.
    return losses.count == 1
      ? losses[0]
      : sum(losses) / Double(losses.count)
  }

  /// The mean over a document's positions of -log p(next token).
  private func loss(of doc: [Int]) -> Value {
    let tokens = [config.BOS] + doc + [config.BOS]
    let n = min(config.block_size, tokens.count - 1)
    var cache = KeyValueCache(n_layer: config.n_layer)
    let losses = (0..<n).map { pos_id in
      let logits = gpt(tokens[pos_id], pos_id, &cache)
      let probs = softmax(logits)
      return -probs[tokens[pos_id + 1]].log()
    }
    return sum(losses) * (1 / Double(n))
  }

  /// Moves each parameter against its gradient, and clears the gradient.
  private func adam_update() {
    let (beta1, beta2) = (config.beta1, config.beta2)
    let progress = Double(steps_done) / Double(config.num_steps)
    let lr_t = config.learning_rate * (1 - progress)
    let correction1 = 1 - beta1 ** Double(steps_done + 1)
    let correction2 = 1 - beta2 ** Double(steps_done + 1)
    for (i, p) in params.enumerated() {
      m[i] = beta1 * m[i] + (1 - beta1) * p.grad
      v[i] = beta2 * v[i] + (1 - beta2) * p.grad ** 2
      let m_hat = m[i] / correction1
      let v_hat = v[i] / correction2
      p.data -= lr_t * m_hat / (v_hat ** 0.5 + config.eps_adam)
      p.grad = 0
    }
  }
}
