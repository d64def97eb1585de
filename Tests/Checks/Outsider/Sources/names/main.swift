import MicroGPTSampler

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#else
import Musl
#endif

// names FILE [PREFIX [COUNT [SEED]]]
let arguments = CommandLine.arguments
guard arguments.count > 1 else {
  print("names FILE [PREFIX [COUNT [SEED]]]")
  exit(64)
}
let prefix = arguments.count > 2 ? arguments[2] : ""
let count = arguments.count > 3 ? Int(arguments[3]) : 10
let seed = arguments.count > 4 ? UInt64(arguments[4]) : nil

do {
  let model = try LanguageModel(path: arguments[1])
  let options = GenerationOptions(seed: seed)
  for sample in try model.samples(
    prompt: prefix, options: options, count: count)
  {
    print(sample.text)
  }
} catch {
  print("names: \(error)")
  exit(65)
}
