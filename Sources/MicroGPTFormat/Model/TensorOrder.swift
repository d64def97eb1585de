extension GPTConfiguration {
  /// The tensors that a file of this configuration holds, in the file's order:
  /// by role, then by name, byte by byte.
  ///
  /// - Parameters:
  ///   - elementType: How their elements are stored.
  ///   - codec: How their bytes are stored.
  ///   - includingMoments: Whether Adam's moments are among them.
  /// - Returns: Their descriptors, O(layers).
  public func tensorDescriptors(
    elementType: ElementType, codec: Codec, includingMoments: Bool = false
  ) -> [TensorDescriptor] {
    Array(
      orderedTensors(
        elementType: elementType, codec: codec,
        includingMoments: includingMoments))
  }

  /// The same, made one at a time: a small file that claims a thousand layers
  /// costs no more than the tensors that it has.
  func orderedTensors(
    elementType: ElementType, codec: Codec, includingMoments: Bool
  ) -> some Sequence<TensorDescriptor> {
    OrderedTensors(
      configuration: self, elementType: elementType, codec: codec,
      roles: includingMoments ? [.adamV, .adamM, .weight] : [.weight])
  }
}

/// The tensors of a configuration, by role, then by name.
///
/// Lazy collections of the standard library would do, but the runtime makes
/// their types anew in each process, and looks through all of the program for
/// it: a tenth of the time in which a small file is read.
private struct OrderedTensors: Sequence, IteratorProtocol {
  private let configuration: GPTConfiguration
  private let elementType: ElementType
  private let codec: Codec
  private var roles: [TensorRole]  // the next one last
  private var weights: WeightsByName  // of the last role

  init(
    configuration: GPTConfiguration, elementType: ElementType, codec: Codec,
    roles: [TensorRole]
  ) {
    self.configuration = configuration
    self.elementType = elementType
    self.codec = codec
    self.roles = roles
    weights = WeightsByName(configuration: configuration)
  }

  mutating func next() -> TensorDescriptor? {
    while let role = roles.last {
      if let weight = weights.next() {
        return TensorDescriptor(
          name: weight.name, role: role, elementType: elementType,
          shape: [weight.rows, weight.columns], codec: codec)
      }
      roles.removeLast()
      weights = WeightsByName(configuration: configuration)
    }
    return nil
  }
}

extension [WeightShape] {
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
  private var pending: [WeightShape] = []  // the next one last

  init(configuration: GPTConfiguration) {
    self.configuration = configuration
  }

  mutating func next() -> WeightShape? {
    if pending.isEmpty, !isAtEnd {
      let weights =
        layer.map(configuration.weightShapes(ofLayer:))
        ?? configuration.weightShapesBesideLayers
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
