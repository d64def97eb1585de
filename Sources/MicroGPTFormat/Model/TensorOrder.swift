extension GPTConfiguration {
  /// The tensors that a file of this configuration holds, in the file's order:
  /// by role, then by name, byte by byte.
  ///
  /// - Parameters:
  ///   - elementType: How their elements are stored.
  ///   - codec: How their bytes are stored.
  ///   - withMoments: Whether Adam's moments are among them.
  /// - Returns: Their descriptors, O(layers).
  public func tensors(
    elementType: ElementType, codec: Codec, withMoments: Bool = false
  ) -> [TensorDescriptor] {
    Array(
      orderedTensors(
        elementType: elementType, codec: codec, withMoments: withMoments))
  }

  /// The same, made one at a time: a small file that claims a thousand layers
  /// costs no more than the tensors that it has.
  func orderedTensors(
    elementType: ElementType, codec: Codec, withMoments: Bool
  ) -> some Sequence<TensorDescriptor> {
    let roles: [TensorRole] =
      withMoments ? [.weight, .adamM, .adamV] : [.weight]
    return roles.lazy.flatMap { role in
      WeightsByName(configuration: self).lazy.map {
        TensorDescriptor(
          name: $0.name, role: role, elementType: elementType,
          shape: [$0.rows, $0.columns], codec: codec)
      }
    }
  }
}

extension [WeightMatrix] {
  /// The places of the first name, byte by byte, of the second, and so on.
  package var placesByName: [Int] {
    indices.sorted { self[$0].name.precedes(self[$1].name) }
  }
}

/// The weights of a model by name, byte by byte: `layer10` stands between
/// `layer1` and `layer2`, as `.` comes before the digits.
private struct WeightsByName: Sequence, IteratorProtocol {
  let configuration: GPTConfiguration
  private var layer: Int? = 0  // the next one
  private var isAtEnd = false
  private var pending: [WeightMatrix] = []  // the next one last

  init(configuration: GPTConfiguration) {
    self.configuration = configuration
  }

  mutating func next() -> WeightMatrix? {
    if pending.isEmpty, !isAtEnd {
      let weights =
        layer.map(configuration.weights(ofLayer:))
        ?? configuration.weightsBesideLayers
      pending = weights.placesByName.reversed().map { weights[$0] }
      isAtEnd = layer == nil
      layer = layer.flatMap(number(after:))
    }
    return pending.popLast()
  }

  /// The number of a layer that follows another one's in the order of their
  /// decimals: first those that it begins, then its neighbour, then those of
  /// the numbers that begin it.
  private func number(after number: Int) -> Int? {
    let count = configuration.layerCount
    if number > 0, number * 10 < count { return number * 10 }
    var number = number
    repeat {
      if number % 10 != 9, number + 1 < count { return number + 1 }
      number /= 10
    } while number > 0
    return nil
  }
}
