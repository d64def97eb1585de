import CMicroGPTKernels

/// The activations that a step leaves out.
///
/// Whether an element is left out is a function of seed, step, index of the
/// document in the batch, site in the model, position and column alone. So it
/// does not matter how the work is divided, and the backward pass finds what the
/// forward pass left out without keeping a mask.
///
/// Source: Srivastava et al. 2014, "Dropout: a simple way to prevent neural
/// networks from overfitting".
struct Dropout: Sendable {
  /// Where elements are left out: of rows of n_embd, before they are added to
  /// the residual.
  enum Site {
    /// The sum of the embeddings, which begins the residual.
    case embedding
    /// What the attention of a layer adds, after its output matrix.
    case attention(layer: Int)
    /// What the MLP of a layer adds.
    case mlp(layer: Int)

    fileprivate var number: Int {
      switch self {
      case .embedding: 0
      case .attention(let layer): 2 * layer + 1
      case .mlp(let layer): 2 * layer + 2
      }
    }
  }

  private let key: UInt64  // of seed and step
  private let threshold: UInt32
  private let scale: Float

  /// - Parameters:
  ///   - share: The share of elements to leave out, below 1; there is no
  ///     dropout of 0.
  ///   - seed: The seed of the run.
  ///   - step: The number of the step.
  init?(share: Double, seed: UInt64, step: Int) {
    guard share > 0 else { return nil }
    key = mgpt_key(seed, UInt64(step))
    threshold = UInt32(share * 0x1p32)
    scale = Float(1 / (1 - share))
  }

  /// What is left out of a document at a site, row *i* at position *i*.
  func mask(_ site: Site, document: Int) -> mgpt_dropout {
    mgpt_dropout(
      key: mgpt_key(mgpt_key(key, UInt64(document)), UInt64(site.number)),
      threshold: threshold, scale: scale)
  }
}

extension Pass {
  /// Leaves out elements of rows and adds the residual, if there is one.
  ///
  /// Does nothing without dropout: input and output are then the same buffer,
  /// and the residual has been added already.
  func dropOut(
    _ site: Dropout.Site, from input: Int, residual: Int? = nil,
    to output: Int, _ rows: Range<Int>
  ) {
    guard let dropout else { return }
    let a = space.activations.base
    let width = space.configuration.embeddingWidth
    group.forEachPart(of: rows) { document, part, position in
      let start = part.lowerBound * width
      let mask = dropout.mask(site, document: document)
      withUnsafePointer(to: mask) { mask in
        space.kernels.drop(
          a + output + start, a + input + start,
          residual.map { UnsafePointer(a + $0 + start) }, mask, position,
          part.count, width)
      }
    }
  }
}
