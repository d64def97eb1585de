import CFuzzer
import FuzzChecks

var argumentCount = CommandLine.argc
var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? =
  CommandLine.unsafeArgv
let status = LLVMFuzzerRunDriver(&argumentCount, &arguments) { bytes, count in
  Binary.check(UnsafeRawBufferPointer(start: bytes, count: count))
  return 0
}
