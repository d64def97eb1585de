import FuzzChecks

/// What libFuzzer calls, if it is there, to change an input.
@_cdecl("LLVMFuzzerCustomMutator")
public func mutate(
  _ bytes: UnsafeMutablePointer<UInt8>?, _ count: Int, _ capacity: Int,
  _ seed: UInt32
) -> Int {
  Mutator.mutate(
    UnsafeMutableRawBufferPointer(start: bytes, count: capacity), count: count,
    seed: seed)
}
