/// Something to be timed.
struct Work {
  /// How the time of a run is told.
  enum Figure {
    /// Microseconds for each of so many things, as a step.
    case microseconds(each: String, count: Double)
    /// So many things a second.
    case perSecond(String, count: Double)
    /// The load a second.
    case rate
  }

  /// What a run asks of the machine.
  enum Load {
    /// Floating-point operations.
    case operations(Double)
    /// Bytes read, or gone through.
    case bytes(Double)

    var amount: Double {
      switch self {
      case .operations(let amount), .bytes(let amount): amount
      }
    }

    /// A thousand million of it a second.
    var rateUnit: String {
      switch self {
      case .operations: "GFLOP/s"
      case .bytes: "GB/s"
      }
    }
  }

  let group: String
  let name: String
  let threadCount: Int
  let figure: Figure
  let load: Load
  /// The place of the work that does nothing but what limits this one.
  let limit: Int?
  let body: () throws -> Void

  /// The figure's unit.
  var unit: String {
    switch figure {
    case .microseconds(let thing, _): "µs a \(thing)"
    case .perSecond(let things, _): "\(things)/s"
    case .rate: load.rateUnit
    }
  }

  /// The figure for a run of so many seconds.
  func figure(seconds: Double) -> Double {
    switch figure {
    case .microseconds(_, let count): seconds * 1e6 / count
    case .perSecond(_, let count): count / seconds
    case .rate: rate(seconds: seconds)
    }
  }

  /// The load a second, in thousands of millions.
  func rate(seconds: Double) -> Double { load.amount / seconds * 1e-9 }
}

extension Work.Load {
  static func * (load: Work.Load, factor: Double) -> Work.Load {
    switch load {
    case .operations(let amount): .operations(amount * factor)
    case .bytes(let amount): .bytes(amount * factor)
    }
  }
}
