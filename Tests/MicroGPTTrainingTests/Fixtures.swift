import CMicroGPTKernels
import Foundation
import MicroGPTTraining

/// The kernels in all instruction sets that this machine has.
let kernelSets: [mgpt_kernels] = {
  var sets: [mgpt_kernels] = []
  while let kernels = mgpt_kernels_at(sets.count) {
    sets.append(kernels.pointee)
  }
  return sets
}()

/// The bytes of a file in the folder Fixtures.
func fixture(_ name: String, file: String = #filePath) throws -> [UInt8] {
  let url = URL(fileURLWithPath: file).deletingLastPathComponent()
    .appending(path: "../../Fixtures/\(name)")
  return Array(try Data(contentsOf: url))
}

/// One run of microgpt.py on names.txt.
struct Parity: Decodable {
  let loss: [Double]
  let initialWteRow0: [Double]
  let initialLastParam: Double

  static func load() throws -> Parity {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(
      Parity.self, from: Data(fixture("parity/microgpt-py.json")))
  }
}

func namesData() throws -> LineCorpus {
  try lineCorpus(fixture("names.txt"))
}

func lineCorpus(_ bytes: [UInt8]) throws -> LineCorpus {
  try LineCorpus(bytes: bytes.span)
}
