/// How often each byte occurs in a plane, and what follows for deflating it.
struct ByteCounts {
  /// The literals of a block of deflate, as zlib cuts them with memLevel 9
  /// (spec: section 8.4).
  static let blockLength = 32_767

  /// How often each byte occurs.
  private(set) var counts = [Int](repeating: 0, count: 256)

  /// Whether it is proven that no Huffman code makes the plane shorter by 1/64,
  /// so that there is no need to try; false where that is just unknown.
  private(set) var isIncompressible = false

  /// Counts the bytes of a plane.
  ///
  /// The proof: a code for a block of n bytes, of which c(v) are v, takes at
  /// least its Shannon entropy, and that is at least its collision entropy,
  /// log₂(n² / Σ c(v)²) bits a byte (Rényi 1961), which needs no logarithm of
  /// each count. A block that deflate stores takes more than either.
  init(_ plane: UnsafeRawBufferPointer) {
    var provenMillibits = 0
    // Four rows, as an addition would wait for one to the same counter.
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 4 * 256) { rows in
      for start in stride(from: 0, to: plane.count, by: Self.blockLength) {
        let block = UnsafeRawBufferPointer(
          rebasing: plane[start...].prefix(Self.blockLength))
        rows.update(repeating: 0)
        for index in 0..<block.count / 4 {
          rows[Int(block[4 &* index])] &+= 1
          rows[256 &+ Int(block[4 &* index &+ 1])] &+= 1
          rows[512 &+ Int(block[4 &* index &+ 2])] &+= 1
          rows[768 &+ Int(block[4 &* index &+ 3])] &+= 1
        }
        for byte in block.suffix(block.count % 4) { rows[Int(byte)] &+= 1 }
        var collisions = 0
        for value in 0..<256 {
          let count = Int(
            rows[value] &+ rows[256 &+ value] &+ rows[512 &+ value]
              &+ rows[768 &+ value])
          counts[value] += count
          collisions += count * count
        }
        // log₂ 236 is 7.8826.
        if collisions * 236 <= block.count * block.count {
          provenMillibits += 7_882 * block.count
        }
      }
    }
    let maximumUsefulLength = plane.count - (plane.count + 63) / 64
    isIncompressible = provenMillibits > 8_000 * maximumUsefulLength
  }
}
