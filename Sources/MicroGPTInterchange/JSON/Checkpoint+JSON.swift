import MicroGPTFormat
import MicroGPTText

extension Checkpoint {
  /// Writes the JSON twin: a text with everything that is in the file, from
  /// which ``JSONCheckpointReader`` makes the same file again.
  ///
  /// A row of a matrix is a line, and a number the shortest decimal that gives
  /// the element back. Sections that may not be copied are left out.
  ///
  /// Spec: section 13.
  ///
  /// - Parameters:
  ///   - changed: The manifest to write instead of the file's. Its tensors are
  ///     the file's or the first of them, and may differ in their codecs and
  ///     types of element, to which elements are converted.
  ///   - sink: Takes the text piece by piece; a piece is valid during the call.
  /// - Throws: ``CheckpointError`` if a tensor is damaged, or what the sink
  ///   throws.
  /// - Complexity: O(elements), in memory for one chunk.
  public func writeJSON(
    _ changed: Manifest? = nil,
    to sink: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let manifest = changed ?? manifest
    precondition(
      self.manifest.tensors.starts(with: manifest.tensors) {
        ($0.role, $0.name) == ($1.role, $1.name)
      }, "other tensors")
    try withoutActuallyEscaping(sink) { sink in
      var output = JSONOutput(sink)
      try output.writeHead(manifest)
      for index in manifest.tensors.indices {
        try output.write(index == 0 ? "\n" : ",\n")
        try output.write(
          try TensorReader(self, tensorAt: index), manifest.tensors[index])
      }
      try output.write("\n  ]\n}\n")
      try output.flush()
    }
  }
}

extension JSONOutput {
  /// Writes what precedes the tensors.
  fileprivate mutating func writeHead(_ manifest: Manifest) throws {
    let configuration = manifest.configuration
    try write("{\n  \"format\": \"\(JSONNames.format)\"")
    try write(",\n  \"version\": \"\(JSONNames.version)\"")
    try write(
      """
      ,
        "config": {
          "architecture": "\(JSONNames.architecture)",
          "activation": "\(JSONNames.activation)",
          "tying": "\(JSONNames.tying)",
          "n_layer": \(configuration.layerCount),
          "n_head": \(configuration.headCount),
          "n_embd": \(configuration.embeddingWidth),
          "block_size": \(configuration.blockSize),
          "vocab_size": \(configuration.vocabularySize)
        },
        "vocab": 
      """)
    try writeString(manifest.vocabulary.scalars)
    try write("metadata", manifest.metadata)
    try write("training", manifest.trainingState)
    if !manifest.unknownSections.isEmpty {
      try write(",\n  \"sections\": [")
      for (index, section) in manifest.unknownSections.enumerated() {
        try write(index == 0 ? "\n" : ",\n")
        try write("    {\"tag\": \"\(section.tag)\", \"data\": \"")
        for start in stride(from: 0, to: section.bytes.count, by: 3) {
          try write(Base64.encode(section.bytes[start...].prefix(3)))
        }
        try write("\"}")
      }
      try write("\n  ]")
    }
    try write(",\n  \"tensors\": [")
  }

  private mutating func write(
    _ key: String, _ properties: Properties?
  ) throws {
    guard let properties else { return }
    try write(",\n  \"\(key)\": {")
    for (index, key) in properties.keys.enumerated() {
      let value = properties.values[index]
      try write("\(index == 0 ? "" : ",")\n    \"\(key)\": ")
      switch value {
      case .text(let text): try writeString(text.unicodeScalars)
      case .integers(let integers):
        try writeList(integers) { "\"\($0)\"" }
      case .numbers(let numbers): try writeList(numbers) { $0.description }
      }
    }
    try write("\n  }")
  }

  private mutating func writeList<Item>(
    _ items: [Item], _ text: (Item) -> String
  ) throws {
    for (index, item) in items.enumerated() {
      try write(index == 0 ? "[" : ", ")
      try write(text(item))
    }
    try write("]")
  }

  private mutating func writeString(
    _ text: some Sequence<Unicode.Scalar>
  ) throws {
    try write("\"")
    for scalar in text {
      try write(scalar.jsonEscape ?? String(scalar))
    }
    try write("\"")
  }

  /// Writes a tensor, a line for each row.
  fileprivate mutating func write(
    _ reader: TensorReader, _ tensor: TensorDescriptor
  ) throws {
    try write("    {\"name\": ")
    try writeString(tensor.name.unicodeScalars)
    try write(", \"role\": \"\(tensor.role.name)\"")
    try write(", \"dtype\": \"\(tensor.elementType.name)\"")
    try write(", \"shape\": \(tensor.shape)")
    try write(", \"codec\": \"\(tensor.codec.name)\", \"data\": [")
    let type = tensor.elementType
    let columnCount = tensor.shape.last ?? 1
    var column = 0
    var separator = "\n      "
    var reader = reader
    while let chunk = try reader.next() {
      let given = reader.tensor.elementType
      for start in stride(from: 0, to: chunk.count, by: given.byteCount) {
        var bits = given.bits(in: chunk, at: start)
        if given != type {
          bits = type.bitPattern(nearestTo: given.value(bitPattern: bits))
        }
        try write(separator)
        try write(type.json(bits: bits))
        column += 1
        separator = ", "
        if column == columnCount {
          column = 0
          separator = ",\n      "
        }
      }
    }
    try write("\n    ]}")
  }
}
