import MicroGPTFormat

extension TrainingOptions {
  /// The options by the keys of oPTM; the plan among them.
  public var values: [String: Properties.Value] {
    var values: [String: Properties.Value] = [
      "planned_steps": .integers([UInt64(steps)]),
      "batch_size": .integers([UInt64(batchSize)]),
      "learning_rate": .numbers([learningRate]),
      "schedule": .text(schedule.rawValue),
      "warmup_steps": .integers([UInt64(warmupSteps)]),
      "minimum_rate": .numbers([minimumRate]),
      "beta1": .numbers([beta1]), "beta2": .numbers([beta2]),
      "epsilon": .numbers([epsilon]),
      "weight_decay": .numbers([weightDecay]),
      "gradient_clip": .numbers([gradientClip]),
      "dropout": .numbers([dropout]),
      "initial_deviation": .numbers([initialStandardDeviation]),
      "seed": .integers([seed]),
      "validation_share": .numbers([validationShare]),
    ]
    if validationShare > 0 {
      values["validation_every"] = .integers([UInt64(validationInterval)])
      values["patience"] = patience.map { .integers([UInt64($0)]) }
    }
    return values
  }

  /// Reads options; what is absent is as the specification says.
  init(_ values: StoredValues) throws(TrainingStateError) {
    let schedule: Schedule? = try values.named("schedule")
    do throws(TrainingOptionError) {
      let standard = try TrainingOptions()
      self = try TrainingOptions(
        steps: values.integer("planned_steps") ?? standard.steps,
        batchSize: values.integer("batch_size") ?? standard.batchSize,
        learningRate: values.number("learning_rate") ?? standard.learningRate,
        schedule: schedule ?? standard.schedule,
        warmupSteps: values.integer("warmup_steps") ?? standard.warmupSteps,
        minimumRate: values.number("minimum_rate") ?? standard.minimumRate,
        beta1: values.number("beta1") ?? standard.beta1,
        beta2: values.number("beta2") ?? standard.beta2,
        epsilon: values.number("epsilon") ?? standard.epsilon,
        weightDecay: values.number("weight_decay") ?? standard.weightDecay,
        gradientClip: values.number("gradient_clip") ?? standard.gradientClip,
        dropout: values.number("dropout") ?? standard.dropout,
        initialStandardDeviation: values.number("initial_deviation")
          ?? standard.initialStandardDeviation,
        seed: values.unsigned("seed") ?? standard.seed,
        validationShare: values.number("validation_share")
          ?? standard.validationShare,
        validationInterval: values.integer("validation_every")
          ?? standard.validationInterval,
        patience: values.integer("patience"))
    } catch {
      throw .options(error)
    }
  }
}
