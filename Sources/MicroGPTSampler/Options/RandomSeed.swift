extension GenerationOptions {
  /// Draws a random seed for texts that were given none: a number of 32 bits,
  /// which every JSON library reads exactly.
  package static func drawSeed() -> UInt64 {
    UInt64(UInt32.random(in: 0...UInt32.max))
  }
}
