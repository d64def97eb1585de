import MicroGPTCommandLine
import MicroGPTFormat
import MicroGPTSampler
import MicroGPTText

/// Options of a command that can have no effect: what a user typed for nothing.
///
/// What is at its default says nothing, nor does an option that only happens to
/// change no text.
struct OptionEffects {
  let generation: GenerationArguments
  let texts: TextArguments
  /// The options as the model takes them.
  let options: GenerationOptions
  let vocabulary: Vocabulary
  let blockSize: Int

  /// A sentence for each option without an effect.
  var warnings: [String] {
    characterWarnings + stopWarnings + greedyWarnings + lengthWarnings
      + forceWarnings
  }

  // MARK: - Characters

  private var characterWarnings: [String] {
    var warnings: [String] = []
    if let names = lacked(options.bannedCharacters) {
      warnings.append(
        "--ban: \(names), so banning it has no effect"
          + advice(options.bannedCharacters))
    }
    if let names = lacked(options.allowedCharacters ?? []) {
      warnings.append(
        "--only: \(names), so it is never drawn"
          + advice(options.allowedCharacters ?? []))
    }
    if let topK = options.topK, topK >= vocabulary.size {
      warnings.append(
        "--top-k \(topK) has no effect: the vocabulary has"
          + " \(vocabulary.size.groupedDescription) tokens")
    }
    return warnings
  }

  /// What to say of characters that the vocabulary lacks; `nil` if there are
  /// none.
  private func lacked(_ scalars: [Unicode.Scalar]) -> String? {
    var seen: Set<Unicode.Scalar> = []
    let lacked = scalars.filter {
      vocabulary.token(of: $0) == nil && seen.insert($0).inserted
    }
    guard let first = lacked.first else { return nil }
    guard lacked.count > 1 else {
      return "the character \(quoted(first)) is not in the vocabulary"
    }
    let shown = lacked.prefix(10).map { quoted($0) }.joined(separator: ", ")
    let rest = lacked.count - min(lacked.count, 10)
    return "none of the characters \(shown)"
      + (rest > 0 ? " and \(rest) more" : "") + " is in the vocabulary"
  }

  /// What to do about characters that the vocabulary has in another normal
  /// form, as the end of a sentence; empty if there are none.
  private func advice(_ scalars: [Unicode.Scalar]) -> String {
    vocabulary.otherForm(in: scalars, triesLowercase: true)
      .map { "; \($0.advice())" } ?? ""
  }

  private var stopWarnings: [String] {
    options.stopStrings.compactMap { stop in
      let scalars = Array(stop.unicodeScalars)
      if let names = lacked(scalars) {
        return "--stop \(quoted(stop)) has no effect: \(names)"
          + advice(scalars)
      }
      if let limit, scalars.count > limit {
        return "--stop \(quoted(stop)) has no effect: it has"
          + " \(scalars.count) characters, and what follows a prompt at most"
          + " \(limit.groupedDescription)"
      }
      let allowed = options.allowedCharacters.map(Set.init)
      let forced = Set(
        options.forcedCharacters.values.map { vocabulary.known($0) ?? $0 })
      let excluded = scalars.first { scalar in
        (options.bannedCharacters.contains(scalar)
          || !(allowed?.contains(scalar) ?? true)) && !forced.contains(scalar)
      }
      return excluded.map {
        "--stop \(quoted(stop)) has no effect: --ban and --only exclude the"
          + " character \(quoted($0))"
      }
    }
  }

  // MARK: - The draw

  private var greedyWarnings: [String] {
    guard options.temperature == 0 else { return [] }
    var names: [String] = []
    if generation.topK.map({ $0 < vocabulary.size }) ?? false {
      names.append("--top-k")
    }
    if generation.topP < 1 { names.append("--top-p") }
    if generation.minP > 0 { names.append("--min-p") }
    if generation.seed != nil { names.append("--seed") }
    var warnings: [String] = []
    if !names.isEmpty {
      warnings.append(
        "--temperature 0 always takes the likeliest character, so"
          + " \(names.joined(separator: ", "))"
          + " \(names.count == 1 ? "has" : "have") no effect")
    }
    if texts.count > 1 {
      warnings.append(
        texts.unique || texts.novel != nil
          ? "--temperature 0 gives one text for a prompt, so there are no"
            + " \(texts.count.groupedDescription) new ones"
          : "--temperature 0 gives the same text \(texts.count.groupedDescription) times"
      )
    }
    return warnings
  }

  // MARK: - Lengths

  /// The maximum number of characters after a prompt, as far as it is known.
  private var limit: Int? {
    guard options.contextOverflow == .stop else { return options.maximumLength }
    return min(options.maximumLength ?? .max, spaceAfterPrompt)
  }

  private var promptLength: Int {
    texts.prompt?.unicodeScalars.count ?? 0
  }

  private var spaceAfterPrompt: Int { max(0, blockSize - promptLength) }

  private var lengthWarnings: [String] {
    var warnings: [String] = []
    if options.contextOverflow == .stop {
      let reason =
        "without --slide at most \(spaceAfterPrompt.groupedDescription) characters"
        + " \(promptLength > 0 ? "follow the prompt" : "fit the context")"
      if options.minimumLength > spaceAfterPrompt {
        warnings.append(
          "--min-length \(options.minimumLength) cannot be reached: \(reason)")
      }
      if let length = generation.maxLength, length > spaceAfterPrompt {
        warnings.append("--max-length \(length) cannot be reached: \(reason)")
      }
    } else if let length = options.maximumLength, texts.prompts == nil,
      length <= spaceAfterPrompt
    {
      warnings.append(
        "--slide has no effect: the context holds all of --max-length \(length)"
      )
    }
    if options.allowsEmptyText {
      if promptLength > 0 {
        warnings.append(
          "--allow-empty has no effect: a text with a prompt is not empty")
      } else if options.minimumLength > 0 || !options.forcedCharacters.isEmpty {
        warnings.append(
          "--allow-empty has no effect with"
            + " \(options.minimumLength > 0 ? "--min-length" : "--force")")
      }
    }
    return warnings
  }

  private var forceWarnings: [String] {
    guard let limit else { return [] }
    return options.forcedCharacters.keys.sorted().filter { $0 >= limit }.map {
      "--force \($0)= puts no character: at most \(limit.groupedDescription) follow a"
        + " prompt, the first at 0"
    }
  }
}
