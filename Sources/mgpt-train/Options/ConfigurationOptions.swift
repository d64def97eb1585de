import ArgumentParser
import MicroGPTCommandLine

/// Where options come from beside the command line.
struct ConfigurationOptions: ParsableArguments {
  @Option(
    name: .long,
    help: """
      micro, microgpt's; small, a minute on two cores, for thousands of lines; \
      or medium, some ten minutes, for more.
      """)
  var preset: Preset?

  @Option(
    name: .long,
    help: "Options from a JSON file, as {\"n_layer\": 2}.",
    transform: fileName)
  var config: String?

  @Flag(
    name: .long, help: "Print all options as such a file, and do nothing else.")
  var printConfig = false
}
