/// What a line of a log says of losses.
struct LossLogEntry {
  /// The number of the step; of no meaning without a loss.
  var step = 0
  /// The loss of training, in nats a token.
  var loss: Double?
  /// The loss of validation, in nats a token.
  var validationLoss: Double?

  /// Reads a line.
  ///
  /// - Parameter line: The line without its end; `nil` results if it is blank.
  /// - Throws: ``JSONLine/Defect``.
  init?(_ line: UnsafeRawBufferPointer) throws(JSONLine.Defect) {
    var json = JSONLine(line)
    guard !json.isBlank else { return nil }
    var step: Int?
    let start = json.index
    try json.readObject { key, json throws(JSONLine.Defect) in
      let index = json.index
      let isKnown: Bool
      switch key {
      case "step":
        isKnown = step != nil
        step = try json.readWholeNumber(atMost: LossPoint.maximumStep)
      case "loss":
        isKnown = loss != nil
        loss = try json.readNumber(atMost: LossPoint.maximumLoss)
      case "validation_loss":
        isKnown = validationLoss != nil
        validationLoss = try json.readNumber(atMost: LossPoint.maximumLoss)
      default:
        isKnown = false
        try json.skipValue()
      }
      if isKnown {
        throw JSONLine.Defect(
          index: index, found: "“\(key)” a second time",
          expected: "each member once")
      }
    }
    try json.readEnd()
    guard loss != nil || validationLoss != nil else { return }
    guard let step else {
      throw JSONLine.Defect(
        index: start, found: "a loss without a step", expected: "“step”")
    }
    self.step = step
  }
}
