/// Finds the likeliest tokens one after the other, among equal ones the lowest
/// first: a heap, as seldom all are wanted.
final class TokenOrder {
  /// A heap of tokens, and from `heapCount` on those taken from it, the last
  /// taken first.
  private let tokens: UnsafeMutableBufferPointer<Int32>  // (vocab_size)
  private var heapCount = 0

  init(count: Int) {
    tokens = .allocate(capacity: count)
    tokens.initialize(repeating: 0)
  }

  deinit { tokens.deallocate() }

  /// Sets the weights of all but the likeliest tokens to 0.
  ///
  /// - Parameters:
  ///   - weights: What tokens' chances are proportional to.
  ///   - topK: The number of tokens that may stay; `nil` for any.
  ///   - topP: The share of the weights of these that is to stay.
  func keepLikeliest(
    _ weights: UnsafeMutableBufferPointer<Float>, topK: Int?, topP: Float
  ) {
    gather(weights)
    let count = heapCount
    if let topK, topK < count {
      for _ in 0..<topK { takeLikeliest(weights) }
      clear(0..<heapCount, weights)
    }
    guard topP < 1 else { return }
    var total = 0.0
    for weight in weights { total += Double(weight) }
    let target = Double(topP) * total
    var sum = 0.0
    var kept = 0
    while sum < target && kept < min(topK ?? count, count) {
      if count - heapCount == kept { takeLikeliest(weights) }
      sum += Double(weights[Int(tokens[count - 1 - kept])])
      kept += 1
    }
    clear(0..<count - kept, weights)
  }

  private func clear(
    _ places: Range<Int>, _ weights: UnsafeMutableBufferPointer<Float>
  ) {
    for place in places { weights[Int(tokens[place])] = 0 }
  }

  /// Makes a heap of the tokens that have a chance.
  private func gather(_ weights: UnsafeMutableBufferPointer<Float>) {
    heapCount = 0
    for token in weights.indices where weights[token] > 0 {
      tokens[heapCount] = Int32(token)
      heapCount += 1
    }
    for place in stride(from: heapCount / 2 - 1, through: 0, by: -1) {
      sink(place, weights)
    }
  }

  /// Moves the likeliest token from the top of the heap to its end.
  private func takeLikeliest(_ weights: UnsafeMutableBufferPointer<Float>) {
    heapCount -= 1
    tokens.swapAt(0, heapCount)
    sink(0, weights)
  }

  private func sink(
    _ start: Int, _ weights: UnsafeMutableBufferPointer<Float>
  ) {
    var place = start
    while 2 * place + 1 < heapCount {
      var child = 2 * place + 1
      if child + 1 < heapCount, comesFirst(child + 1, child, weights) {
        child += 1
      }
      guard comesFirst(child, place, weights) else { return }
      tokens.swapAt(child, place)
      place = child
    }
  }

  private func comesFirst(
    _ one: Int, _ other: Int, _ weights: UnsafeMutableBufferPointer<Float>
  ) -> Bool {
    let (first, second) = (Int(tokens[one]), Int(tokens[other]))
    return weights[first] > weights[second]
      || (weights[first] == weights[second] && first < second)
  }
}
