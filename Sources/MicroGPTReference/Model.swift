// Names as in microgpt.py.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

// The model as a function from a token and its position to logits over the
// token that comes next. It follows GPT-2, with RMSNorm (Zhang & Sennrich 2019)
// for LayerNorm, ReLU for GELU, and no biases.

/// Multiplies a vector by a matrix of shape (outputs, inputs).
func linear(_ x: [Value], _ w: Matrix) -> [Value] {
  w.map { wo in sum(zip(wo, x).lazy.map { wi, xi in wi * xi }) }
}

/// Turns logits into probabilities, which sum to 1.
func softmax(_ logits: [Value]) -> [Value] {
  // Subtracting the largest changes no probability and prevents overflow.
  let max_val = logits.lazy.map(\.data).max() ?? 0
  let exps = logits.map { val in (val - max_val).exp() }
  let total = sum(exps)
  return exps.map { e in e / total }
}

/// Scales a vector to a root mean square of 1.
func rmsnorm(_ x: [Value]) -> [Value] {
  let ms = sum(x.lazy.map { xi in xi * xi }) / Double(x.count)
  let scale = (ms + 1e-5) ** -0.5
  return x.map { xi in xi * scale }
}

/// Adds two vectors of one length.
func add(_ a: [Value], _ b: [Value]) -> [Value] {
  zip(a, b).map { ai, bi in ai + bi }
}

/// What attention has seen of a document so far.
struct KeyValueCache {
  var keys: [[[Value]]]  // (n_layer, positions, n_embd)
  var values: [[[Value]]]  // (n_layer, positions, n_embd)

  init(n_layer: Int) {
    keys = [[[Value]]](repeating: [], count: n_layer)
    values = keys
  }
}

extension MicroGPT {
  /// Computes the logits of the next token, and remembers this position.
  func gpt(
    _ token_id: Int,
    _ pos_id: Int,
    _ cache: inout KeyValueCache
  ) -> [Value] {
    let tok_emb = matrix("wte")[token_id]
    let pos_emb = matrix("wpe")[pos_id]
    var x = add(tok_emb, pos_emb)  // (n_embd)
    x = rmsnorm(x)

    for li in 0..<config.n_layer {
      // 1) Multi-head attention: look at the positions up to this one.
      var x_residual = x
      x = rmsnorm(x)
      let q = linear(x, matrix("layer\(li).attn_wq"))
      let k = linear(x, matrix("layer\(li).attn_wk"))
      let v = linear(x, matrix("layer\(li).attn_wv"))
      cache.keys[li].append(k)
      cache.values[li].append(v)
      let x_attn = attention(q, cache.keys[li], cache.values[li])
      x = linear(x_attn, matrix("layer\(li).attn_wo"))
      x = add(x, x_residual)

      // 2) MLP: think about what was found.
      x_residual = x
      x = rmsnorm(x)
      x = linear(x, matrix("layer\(li).mlp_fc1"))  // (4 * n_embd)
      x = x.map { xi in xi.relu() }
      x = linear(x, matrix("layer\(li).mlp_fc2"))  // (n_embd)
      x = add(x, x_residual)
    }
    return linear(x, matrix("lm_head"))  // (vocab_size)
  }

  /// Averages the values of all positions, weighted by how keys match `q`.
  ///
  /// Each head does so on its own part of the vectors.
  private func attention(
    _ q: [Value],  // (n_embd)
    _ keys: [[Value]],  // (positions, n_embd)
    _ values: [[Value]]  // (positions, n_embd)
  ) -> [Value] {
    let root = Double(config.head_dim) ** 0.5
    var x_attn: [Value] = []  // (n_embd) in the end
    for h in 0..<config.n_head {
      let head = h * config.head_dim..<(h + 1) * config.head_dim
      let attn_logits = keys.map { k in
        sum(head.lazy.map { j in q[j] * k[j] }) / root
      }
      let attn_weights = softmax(attn_logits)  // (positions)
      x_attn += head.map { j in
        sum(zip(attn_weights, values).lazy.map { weight, v in weight * v[j] })
      }
    }
    return x_attn
  }
}
