// Names as in microgpt.py.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

// Scalar automatic differentiation: a `Value` remembers which values it came
// from and the derivative with respect to each; the chain rule does the rest.

/// A number on a tape, from which gradients flow back to those that made it.
///
/// Every operation reads as in microgpt.py, and rounds as there: a quotient is
/// a product with a power of -1, a difference is a sum with a product with -1.
struct Value {
  let tape: Tape
  let index: Int  // of this value's node on the tape

  var data: Double {
    get { tape.nodes[index].data }
    nonmutating set { tape.nodes[index].data = newValue }
  }

  /// The derivative of the value that ran `backward()` with respect to this.
  var grad: Double {
    get { tape.nodes[index].grad }
    nonmutating set { tape.nodes[index].grad = newValue }
  }

  static func + (a: Value, b: Value) -> Value {
    a.tape.record(
      a.data + b.data,
      children: (a.index, b.index),
      local_grads: (1, 1)
    )
  }

  static func * (a: Value, b: Value) -> Value {
    a.tape.record(
      a.data * b.data,
      children: (a.index, b.index),
      local_grads: (b.data, a.data)
    )
  }

  // A plain number gets no node: nobody asks for its gradient.

  static func + (a: Value, b: Double) -> Value { a.unary(a.data + b, 1) }

  static func * (a: Value, b: Double) -> Value { a.unary(a.data * b, b) }

  static func ** (a: Value, n: Double) -> Value {
    a.unary(a.data ** n, n * a.data ** (n - 1))
  }

  func log() -> Value { unary(naturalLogarithm(data), 1 / data) }

  func exp() -> Value {
    let result = exponential(data)
    return unary(result, result)
  }

  func relu() -> Value { data > 0 ? unary(data, 1) : unary(0, 0) }

  static prefix func - (a: Value) -> Value { a * -1 }

  static func - (a: Value, b: Double) -> Value { a + -b }

  static func / (a: Value, b: Value) -> Value { a * b ** -1 }

  static func / (a: Value, b: Double) -> Value { a * b ** -1 }

  /// Adds to every value's `grad` the derivative of this one by it.
  ///
  /// Complexity: O(n) in the nodes that led here.
  func backward() { tape.backward(from: index) }

  private func unary(_ result: Double, _ local_grad: Double) -> Value {
    tape.record(
      result,
      children: (index, Tape.none),
      local_grads: (local_grad, 0)
    )
  }
}

/// Adds left to right from 0, as Python does: 0 + the first is a node too.
func sum(_ terms: some Sequence<Value>) -> Value {
  var rest = terms.makeIterator()
  guard let first = rest.next() else {
    preconditionFailure("a sum needs a term")
  }
  var total = first + 0
  while let term = rest.next() {
    total = total + term
  }
  return total
}
