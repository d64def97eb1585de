import MicroGPTRandom
import Testing

@testable import MicroGPTFormat

/// What does not depend on the number of threads.
@Suite struct ThreadTests {
  /// Tensors of some chunks, of one, and of a few elements.
  private static func manifest(codec: Codec) throws -> Manifest {
    try Models.manifest(
      embeddingWidth: 64, blockSize: 1_200, characterCount: 20, codec: codec)
  }

  private static let threadCounts = [1, 2, 3, 8]

  @Test(arguments: Codec.allCases)
  func theFileIsTheSame(codec: Codec) throws {
    let manifest = try Self.manifest(codec: codec)
    var generator = SamplerRandom(seed: 1, stream: 0)
    let tensors = manifest.tensors.map {
      Models.elements(of: $0, using: &generator)
    }
    let files = try Self.threadCounts.map { threads in
      let file = MemoryFile()
      let writer = try CheckpointWriter(
        manifest, to: file, threadCount: threads)
      // Across the ends of tensors, by an odd number of bytes.
      let elements = Array(tensors.joined())
      for start in stride(from: 0, to: elements.count, by: 100_001) {
        try writer.append(Array(elements[start...].prefix(100_001)))
      }
      try writer.finish()
      return file.bytes
    }
    for file in files { #expect(file == files[0]) }

    let checkpoint = try Checkpoint(bytes: files[0])
    let fingerprint = try checkpoint.fingerprint()
    #expect(try Checkpoint(bytes: files[3]).fingerprint() == fingerprint)
    for threads in Self.threadCounts {
      try checkpoint.verify(threadCount: threads)
      for (index, elements) in tensors.enumerated() {
        for verifying in [true, false] {
          var reader = try TensorReader(
            checkpoint, tensorAt: index, verifying: verifying,
            threadCount: threads)
          var read: [UInt8] = []
          while let chunk = try reader.next() { read += chunk }
          #expect(read == elements)
        }
      }
    }
  }

  /// Of several defects the first one in the file is told.
  @Test(arguments: Codec.allCases)
  func theErrorIsTheSame(codec: Codec) throws {
    var file = try Models.file(Self.manifest(codec: codec))
    let tensors = try Checkpoint(bytes: file).tensors
    for index in [5, 7] {
      for offset in stride(
        from: 40_000, to: tensors[index].storedByteCount, by: 90_000)
      {
        file[tensors[index].offset + offset] ^= 8
      }
    }
    let checkpoint = try Checkpoint(bytes: file)
    let errors = Self.threadCounts.flatMap { threads in
      [
        #expect(throws: CheckpointError.self) {
          try checkpoint.verify(threadCount: threads)
        },
        #expect(throws: CheckpointError.self) {
          var reader = try TensorReader(
            checkpoint, tensorAt: 5, threadCount: threads)
          while try reader.next() != nil {}
        },
      ]
    }
    for error in errors { #expect(error == errors[0]) }
    if codec == .zlib {
      // Whoever goes on all the same gets it again.
      var reader = try TensorReader(checkpoint, tensorAt: 5)
      for _ in 0..<3 {
        let error = #expect(throws: CheckpointError.self) {
          while try reader.next() != nil {}
        }
        #expect(error == errors[0])
      }
    }
    // Tensors can be verified apart.
    try checkpoint.verify(tensorsAt: [0, 6, 8])
    #expect(throws: CheckpointError.self) {
      try checkpoint.verify(tensorsAt: [0, 7])
    }
  }

  @Test func trustedFilesAreReadWithoutChecksums() throws {
    for codec in Codec.allCases {
      var file = try Models.file(Self.manifest(codec: codec))
      let tensor = try #require(try Checkpoint(bytes: file).tensors.last)
      // In a stored plane, or an element.
      file[tensor.offset + 100] ^= 1
      let checkpoint = try Checkpoint(bytes: file)
      let index = checkpoint.tensors.count - 1
      #expect(throws: CheckpointError.self) {
        try checkpoint.floats(ofTensorAt: index)
      }
      #expect(
        try checkpoint.floats(ofTensorAt: index, verifying: false).count
          == tensor.descriptor.elementCount)
    }
  }
}
