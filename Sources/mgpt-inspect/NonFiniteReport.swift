import MicroGPTCommandLine
import MicroGPTFormat

/// What to say of elements that are not finite: they are legal in a file, but
/// no program generates or trains with them.
struct NonFiniteReport {
  private let tensors: [NonFiniteElements]

  /// Takes what was found; `nil` if that is nothing.
  ///
  /// - Parameter tensors: The tensors that have such elements.
  init?(_ tensors: [NonFiniteElements]) {
    guard !tensors.isEmpty else { return nil }
    self.tensors = tensors
  }

  /// The number of elements and the first of them, as a clause.
  var words: String {
    let count = tensors.reduce(0) { $0 + $1.count }
    let first = tensors.first.map { ", the first \(Self.name($0.first))" } ?? ""
    return "\(counted(count, "element")) not finite\(first)"
  }

  /// A line a tensor.
  var table: String {
    var table = TextTable(
      headings: ["not finite", "elements", "first"], rightAligned: [1])
    for tensor in tensors {
      table.append([
        tensor.first.tensorName, tensor.count.groupedDescription,
        Self.name(tensor.first),
      ])
    }
    return "\n" + table.text
      + "No program generates, scores or trains with such elements.\n"
  }

  private static func name(_ element: NonFiniteElement) -> String {
    let role = element.role == .weight ? "" : " (\(element.role.name))"
    return "\(element.tensorName)[\(element.index)]\(role) = \(element.value)"
  }
}
