/// Going on with a training that was interrupted.
///
/// What a step draws it has drawn when the model was made, so the weights,
/// Adam's means and the number of steps are all that there is to a training.
extension MicroGPT {
  /// What there is one number of for each parameter.
  public enum Numbers {
    /// Its value.
    case data
    /// Its mean gradient.
    case m
    /// Its mean squared gradient.
    case v
  }

  /// The numbers of a matrix that `Config.shapes` lists, row by row.
  ///
  /// - Parameters:
  ///   - numbers: Which of them.
  ///   - name: The matrix, as `layer0.attn_wq`.
  /// - Returns: One for each parameter of it.
  public func elements(_ numbers: Numbers, of name: String) -> [Double] {
    switch numbers {
    case .data: matrix(name).joined().map(\.data)
    case .m: Array(m[range(of: name)])
    case .v: Array(v[range(of: name)])
    }
  }

  /// Replaces the numbers of a matrix.
  ///
  /// - Parameters:
  ///   - numbers: Which of them.
  ///   - name: The matrix.
  ///   - elements: One for each parameter of it.
  public func replace(
    _ numbers: Numbers, of name: String, by elements: [Double]
  ) {
    let range = range(of: name)
    precondition(elements.count == range.count, "a matrix needs all elements")
    switch numbers {
    case .data:
      for (p, element) in zip(params[range], elements) { p.data = element }
    case .m: m.replaceSubrange(range, with: elements)
    case .v: v.replaceSubrange(range, with: elements)
    }
  }

  /// Counts steps as done, whose results have been put in place.
  ///
  /// - Parameter steps: How many, at most `config.num_steps`.
  public func resume(after steps: Int) {
    precondition(0...config.num_steps ~= steps, "more steps than planned")
    steps_done = steps
  }

  /// Where a matrix's parameters stand among all.
  private func range(of name: String) -> Range<Int> {
    var start = 0
    for shape in config.shapes {
      let range = start..<start + shape.rows * shape.cols
      if shape.name == name { return range }
      start = range.upperBound
    }
    preconditionFailure("the model has no \(name)")
  }
}
