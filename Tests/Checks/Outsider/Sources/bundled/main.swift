import Foundation
import MicroGPTSampler

enum NameGenerator {
  /// The model, opened when it is first used.
  static let model = Result {
    guard
      let path = Bundle.module.path(forResource: "names", ofType: "mgpt")
    else { throw CocoaError(.fileNoSuchFile) }
    return try LanguageModel(path: path)
  }

  static func name(like beginning: String) throws -> String {
    try model.get().generate(prompt: beginning).text
  }
}

print(try NameGenerator.name(like: "Ma").hasPrefix("Ma"))
