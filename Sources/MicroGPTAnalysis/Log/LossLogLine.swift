/// The lines of a training run's log as ``LossLogParser`` reads them, each with
/// its end.
public enum LossLogLine {
  /// The line of a step.
  ///
  /// - Parameters:
  ///   - step: The number of the step, from 1.
  ///   - loss: The loss of training, in nats a token.
  ///   - rate: The learning rate of the step.
  ///   - tokenCount: The tokens of the step.
  ///   - seconds: The time since the run began.
  /// - Returns: A JSON object and a newline.
  public static func training(
    step: Int, loss: Double, rate: Double, tokenCount: Int, seconds: Double
  ) -> String {
    "{\"step\":\(step),\"loss\":\(loss),\"rate\":\(rate),"
      + "\"tokens\":\(tokenCount),\"seconds\":\(seconds)}\n"
  }

  /// The line of a validation.
  ///
  /// - Parameters:
  ///   - step: The steps done before it.
  ///   - loss: The loss of validation, in nats a token.
  ///   - bitsPerCharacter: The same in bits a character.
  ///   - seconds: The time since the run began.
  /// - Returns: A JSON object and a newline.
  public static func validation(
    step: Int, loss: Double, bitsPerCharacter: Double, seconds: Double
  ) -> String {
    "{\"step\":\(step),\"validation_loss\":\(loss),"
      + "\"bits_per_character\":\(bitsPerCharacter),"
      + "\"seconds\":\(seconds)}\n"
  }
}
