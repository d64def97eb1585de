import MicroGPTFormat
import Testing

@testable import MicroGPTTraining

/// The table of options.
@Suite struct TrainingOptionTests {
  @Test func eachPropertyHasOneEntry() {
    let properties = Mirror(reflecting: TrainingOptions.standard).children
    #expect(TrainingOption.all.count == properties.count)
    let paths: [PartialKeyPath<TrainingOptions>] = TrainingOption.all.map {
      $0.path
    }
    #expect(Set(paths).count == properties.count)
    #expect(Set(TrainingOption.all.map(\.key)).count == properties.count)
  }

  @Test func storedKeysAreThoseOfTheFormat() {
    let keys = StandardKeys.trainingState.keys
    #expect(TrainingOption.all.allSatisfy { keys.contains($0.storedKey) })
  }

  @Test(arguments: [
    ("steps", "Steps of training, 1 to 1000000000."),
    ("epsilon", "What Adam adds to the root, 1e-30 to 1."),
    ("beta1", "Adam's decay of the mean gradient, 0 to 0.999999."),
    (
      "gradient_clip",
      "Norm to which a longer gradient is cut, 0 to 1e9; 0: none."
    ),
  ])
  func helpTellsTheRange(key: String, help: String) throws {
    let option = try #require(TrainingOption.all.first { $0.key == key })
    #expect(option.help == help)
  }
}
