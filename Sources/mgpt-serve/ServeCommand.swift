import ArgumentParser
import MicroGPTCommandLine
import MicroGPTServer

@main
struct ServeCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "mgpt-serve",
    abstract: "Serves models over HTTP.",
    discussion: """
      POST /generate takes a JSON object with any of prompt, n, temperature, \
      seed, max_tokens and model, and answers with samples; GET /healthz tells \
      whether the service runs. A model is named by its file, without folder \
      and ending; the first is the default. The files are read once, at the \
      start. A request for n texts may cost 65,536 characters in all, those of \
      the prompt for each text included; it ends when its client leaves. SIGTERM \
      or Ctrl-C finishes what runs, and ends the service.

      Example: mgpt-serve names.mgpt --port 8080, then
      curl -d '{"prompt": "Ma", "n": 3}' http://127.0.0.1:8080/generate
      """,
    version: programVersion("mgpt-serve"))

  @Argument(
    help: "The checkpoints, as written by mgpt-train.", transform: fileName)
  var files: [String]

  @Option(
    name: .long,
    help: "The address to listen on; 0.0.0.0 opens the service to others.")
  var host = "127.0.0.1"

  @Option(name: .long, help: "The port, 0 to 65535; 0 takes a free one.")
  var port = 8080

  func validate() throws {
    try port.require(in: 0...65535, "--port")
  }

  func execute() throws {
    #if Server
    try serve()
    #else
    throw CommandFailure.unavailable(
      "this build has no server; type “swift run -c release --traits Server"
        + " mgpt-serve \(files.joined(separator: " "))” for one that has")
    #endif
  }
}
