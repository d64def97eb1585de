/// Values by keys that are texts, sorted byte by byte.
///
/// A dictionary would compare texts by Unicode's rules, whose tables Embedded
/// Swift would bring along.
package struct ValuesByKey<Value>: ExpressibleByDictionaryLiteral {
  /// The keys, increasing.
  package private(set) var keys: [String] = []
  /// The values in the order of their keys.
  package private(set) var values: [Value] = []

  /// Whether there is none.
  package var isEmpty: Bool { keys.isEmpty }

  /// Creates a table of some values, in O(n log n); of several with the same
  /// key the last one stays.
  ///
  /// - Parameter elements: The keys, and their values.
  package init(_ elements: some Sequence<(key: String, value: Value)>) {
    for (key, value) in elements.sorted(by: { $0.key.precedes($1.key) }) {
      self[key] = value
    }
  }

  package init(dictionaryLiteral elements: (String, Value)...) {
    for (key, value) in elements { self[key] = value }
  }

  /// The value of a key, in O(log n); to put one after all others takes O(1).
  package subscript(key: String) -> Value? {
    get {
      let index = index(of: key)
      return holds(key, at: index) ? values[index] : nil
    }
    set {
      let index = index(of: key)
      if holds(key, at: index) {
        keys.remove(at: index)
        values.remove(at: index)
      }
      guard let newValue else { return }
      keys.insert(key, at: index)
      values.insert(newValue, at: index)
    }
  }

  private func holds(_ key: String, at index: Int) -> Bool {
    index < keys.count && keys[index].isSame(as: key)
  }

  /// The number of keys before this one.
  private func index(of key: String) -> Int {
    var range = keys.indices
    if let last = keys.last, last.precedes(key) { return range.upperBound }
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      range =
        keys[middle].precedes(key)
        ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return range.lowerBound
  }
}

extension ValuesByKey: Sendable where Value: Sendable {}

extension ValuesByKey: Equatable where Value: Equatable {}

extension ValuesByKey: Hashable where Value: Hashable {}

extension String {
  /// Whether the bytes are the same.
  func isSame(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }

  /// Whether it stands before another one, byte by byte.
  func precedes(_ other: String) -> Bool {
    utf8.lexicographicallyPrecedes(other.utf8)
  }
}
