#if Server
import MicroGPTFormat
import MicroGPTSampler
import MicroGPTText

/// The models that a service offers, by name; the first is the default.
public struct ModelCatalog: Sendable {
  /// Why files make no catalog.
  public enum LoadingError: Error, Sendable {
    /// Two files would go by one name.
    case duplicateName(String, files: [String])
    /// A file cannot be used.
    case unreadable(CheckpointError, file: String)
  }

  /// The names, in the order in which the models were given; at least one.
  public let names: [String]
  private let models: [String: LanguageModel]

  /// Loads models.
  ///
  /// A model is named by its file, without folder and ending. The files are
  /// read into memory, not mapped: they may be replaced, cut short or removed
  /// while the service runs.
  ///
  /// - Parameter files: Checkpoints; at least one.
  /// - Throws: ``LoadingError`` if two files go by one name, checked before any is
  ///   read, or a file cannot be used.
  /// - Complexity: O(weights).
  public init(files: [String]) throws(LoadingError) {
    precondition(!files.isEmpty, "a catalog has at least one model")
    names = files.map(Self.name)
    for (index, name) in names.enumerated() {
      if let other = names[..<index].firstIndex(of: name) {
        throw .duplicateName(name, files: [files[other], files[index]])
      }
    }
    var models: [String: LanguageModel] = [:]
    for (name, file) in zip(names, files) {
      do {
        models[name] = try LanguageModel(path: file, mode: .copied)
      } catch {
        throw .unreadable(error, file: file)
      }
    }
    self.models = models
  }

  /// Finds a model.
  ///
  /// - Parameter name: Its name; `nil` for the default.
  /// - Returns: Its name and itself; `nil` if there is none.
  func model(named name: String?) -> (name: String, model: LanguageModel)? {
    let name = name ?? names[0]
    return models[name].map { (name, $0) }
  }

  /// A file's name without folder and ending.
  static func name(ofFile path: String) -> String {
    stem(lastComponent(ofPath: path) ?? "")
  }
}
#endif
