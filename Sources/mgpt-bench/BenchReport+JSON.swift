import MicroGPTParallel
import MicroGPTSampler
import MicroGPTText

extension BenchReport {
  /// An object with an array `works`; names and units are as in the table.
  ///
  /// No name or note holds anything that JSON would have escaped.
  var json: String {
    let works = results.map { "    \($0.json)" }.joined(separator: ",\n")
    let notes = notes.map { "\"\($0)\"" }.joined(separator: ", ")
    return """
      {
        "kernels": "\(InstructionSet.current.name)",
        "processors": \(WorkerPool.processorCount),
        "presence": \(presence),
        "rounds": \(rounds),
        "quick": \(isQuick),
        "notes": [\(notes)],
        "works": [
      \(works)
        ]
      }

      """
  }
}

extension WorkResult {
  fileprivate var json: String {
    let members = [
      ("group", "\"\(work.group)\""), ("name", "\"\(work.name)\""),
      ("threads", "\(work.threadCount)"), ("unit", "\"\(work.unit)\""),
      ("figure", figure.json), ("rate_unit", "\"\(work.load.rateUnit)\""),
      ("rate", (rate ?? figure).json),
      ("limit", limitName.map { "\"\($0)\"" } ?? "null"),
      ("of_limit", ofLimit?.json ?? "null"),
      ("speed_up", speedUp?.json ?? "null"),
      ("seconds", "\(times.elapsed)"),
      ("processor_seconds", "\(times.processor)"),
    ]
    return "{"
      + members.map { "\"\($0)\": \($1)" }.joined(separator: ", ") + "}"
  }
}

extension Quartiles {
  /// A quotient of times too short for the clock is no number.
  fileprivate var json: String {
    "{\"low\": \(low.json), \"median\": \(median.json),"
      + " \"high\": \(high.json)}"
  }
}
