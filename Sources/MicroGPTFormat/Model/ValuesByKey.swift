#if hasFeature(Embedded)
/// Values by keys that are texts, sorted byte by byte.
///
/// It is what Embedded Swift has instead of a dictionary, whose texts are equal
/// by Unicode's rules and bring its tables along.
public struct ValuesByKey<Value>: ExpressibleByDictionaryLiteral {
  /// The keys, increasing.
  private(set) var sortedKeys: [String] = []
  private var values: [Value] = []

  /// Whether there is none.
  public var isEmpty: Bool { sortedKeys.isEmpty }

  /// Creates a table of some values.
  ///
  /// - Parameter elements: The keys, and their values.
  public init(dictionaryLiteral elements: (String, Value)...) {
    for (key, value) in elements { self[key] = value }
  }

  /// The value of a key, in O(log n); to put one behind all others takes O(1).
  public subscript(key: String) -> Value? {
    get {
      let place = place(of: key)
      return holds(key, at: place) ? values[place] : nil
    }
    set {
      let place = place(of: key)
      if holds(key, at: place) {
        sortedKeys.remove(at: place)
        values.remove(at: place)
      }
      guard let newValue else { return }
      sortedKeys.insert(key, at: place)
      values.insert(newValue, at: place)
    }
  }

  private func holds(_ key: String, at place: Int) -> Bool {
    place < sortedKeys.count && sortedKeys[place].isSame(as: key)
  }

  /// The number of keys before this one.
  private func place(of key: String) -> Int {
    var range = sortedKeys.startIndex..<sortedKeys.endIndex
    if let last = sortedKeys.last, last.precedes(key) {
      return range.upperBound
    }
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      range =
        sortedKeys[middle].precedes(key)
        ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return range.lowerBound
  }
}

extension ValuesByKey: Sendable where Value: Sendable {}

extension ValuesByKey: Equatable where Value: Equatable {}

extension ValuesByKey: Hashable where Value: Hashable {}
#else
/// Values by keys that are texts.
public typealias ValuesByKey<Value> = [String: Value]

extension Dictionary where Key == String {
  /// The keys in the order of their bytes.
  var sortedKeys: [String] { keys.sorted { $0.precedes($1) } }
}
#endif

extension String {
  /// Whether the bytes are the same.
  func isSame(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }

  /// Whether it stands before another one, byte by byte.
  func precedes(_ other: String) -> Bool {
    utf8.lexicographicallyPrecedes(other.utf8)
  }
}
