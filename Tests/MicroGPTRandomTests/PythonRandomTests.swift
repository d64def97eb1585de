import MicroGPTRandom
import Testing

/// What CPython 3.11 prints for one seed.
struct PythonDraws: Sendable {
  let seed: UInt64
  let random: [Double]  // the first three, then number 404
  let gauss: [Double]  // mean 0.5, standard deviation 0.08
  let shuffled: [Int]  // of 0 to 9
  let shuffledStart: [Int]  // the first four of 0 to 999
  let choices: [Int]  // with weights 0.1, 0, 2.5, 0.3, 1.1

  static let all = [
    PythonDraws(
      seed: 0,
      random: [
        0.8444218515250481, 0.7579544029403025, 0.420571580830845,
        0.18196892218621108,
      ],
      gauss: [
        0.5753372323744531, 0.388273751623908, 0.4456228441537263,
        0.5296402853968528, 0.4186920884649543,
      ],
      shuffled: [7, 8, 1, 5, 3, 4, 2, 0, 9, 6],
      shuffledStart: [439, 621, 160, 549],
      choices: [4, 4, 2, 2, 2, 2, 4, 2, 2, 2, 4, 2]
    ),
    PythonDraws(
      seed: 42,
      random: [
        0.6394267984578837, 0.025010755222666936, 0.27502931836911926,
        0.9011808258282542,
      ],
      gauss: [
        0.48847277363376573, 0.48616771197347847, 0.491094731074587,
        0.5561586980079091, 0.48979293729736906,
      ],
      shuffled: [7, 3, 2, 8, 5, 6, 9, 4, 0, 1],
      shuffledStart: [776, 507, 895, 922],
      choices: [2, 2, 2, 2, 4, 3, 4, 2, 2, 2, 2, 2]
    ),
    PythonDraws(
      seed: 1 << 32 - 1,
      random: [
        0.6353574441341173, 0.20319993954407756, 0.6073666030347188,
        0.425961274250618,
      ],
      gauss: [
        0.4644319345215805, 0.45947282544200985, 0.4481504305115456,
        0.45853196545131764, 0.45799546215795345,
      ],
      shuffled: [0, 7, 1, 5, 2, 6, 4, 8, 3, 9],
      shuffledStart: [562, 555, 979, 769],
      choices: [2, 2, 2, 2, 2, 2, 3, 4, 2, 4, 2, 2]
    ),
    PythonDraws(
      seed: 1 << 32,
      random: [
        0.11299430095636409, 0.41782886486292836, 0.0166763664992291,
        0.8938807033332163,
      ],
      gauss: [
        0.5631087846839615, 0.5542398736369352, 0.6094383501663234,
        0.5115091776397047, 0.5245952828374486,
      ],
      shuffled: [8, 9, 3, 2, 4, 7, 0, 6, 5, 1],
      shuffledStart: [965, 826, 276, 153],
      choices: [2, 2, 0, 2, 4, 2, 2, 2, 2, 4, 4, 2]
    ),
    PythonDraws(
      seed: .max,
      random: [
        0.021825695401270107, 0.3380953268613758, 0.21196748656082065,
        0.8227384812262234,
      ],
      gauss: [
        0.571993090673447, 0.5099351225944507, 0.5261675922444271,
        0.6074113577337872, 0.5674110900488853,
      ],
      shuffled: [2, 6, 7, 9, 8, 1, 4, 5, 3, 0],
      shuffledStart: [172, 647, 434, 134],
      choices: [0, 2, 2, 2, 4, 2, 4, 4, 4, 4, 2, 4]
    ),
  ]
}

@Suite struct PythonRandomTests {
  @Test(arguments: PythonDraws.all)
  func `uniform numbers are CPython's`(draws: PythonDraws) {
    var generator = PythonRandom(seed: draws.seed)
    var random = (0..<3).map { _ in generator.random() }
    for _ in 0..<400 { _ = generator.random() }
    random.append(generator.random())
    #expect(random == draws.random)
  }

  @Test(arguments: PythonDraws.all)
  func `normal numbers are CPython's`(draws: PythonDraws) {
    var generator = PythonRandom(seed: draws.seed)
    let gauss = draws.gauss.map { _ in
      generator.gauss(mean: 0.5, standardDeviation: 0.08)
    }
    #expect(gauss == draws.gauss)
  }

  @Test(arguments: PythonDraws.all)
  func `shuffled orders are CPython's`(draws: PythonDraws) {
    var generator = PythonRandom(seed: draws.seed)
    var numbers = Array(0..<10)
    generator.shuffle(&numbers)
    #expect(numbers == draws.shuffled)

    generator = PythonRandom(seed: draws.seed)
    numbers = Array(0..<1000)
    generator.shuffle(&numbers)
    #expect(Array(numbers.prefix(4)) == draws.shuffledStart)
  }

  @Test(arguments: PythonDraws.all)
  func `weighted choices are CPython's`(draws: PythonDraws) throws {
    var generator = PythonRandom(seed: draws.seed)
    let choices = try draws.choices.map { _ in
      try generator.choice(weights: [0.1, 0, 2.5, 0.3, 1.1])
    }
    #expect(choices == draws.choices)
  }

  @Test func `the shortest inputs draw as CPython does`() throws {
    var generator = PythonRandom(seed: 42)
    var none: [Int] = []
    var one = [7]
    generator.shuffle(&none)
    generator.shuffle(&one)
    #expect(none.isEmpty && one == [7])
    #expect(generator.random() == 0.6394267984578837)  // nothing drawn so far
    #expect(try generator.choice(weights: [3]) == 0)
    #expect(generator.random() == 0.27502931836911926)  // one was drawn
  }

  @Test(arguments: [[0, 0], [.nan], [.infinity, 1]])
  func `weights without a sum leave no choice`(weights: [Double]) {
    var generator = PythonRandom(seed: 42)
    #expect(throws: WeightError.self) {
      try generator.choice(weights: weights)
    }
  }

  @Test func `a copy goes on by itself`() {
    var generator = PythonRandom(seed: 42)
    _ = generator.gauss(mean: 0.5, standardDeviation: 0.08)
    var copy = generator
    #expect(
      copy.gauss(mean: 0.5, standardDeviation: 0.08) == 0.48616771197347847
    )
    #expect(
      generator.gauss(mean: 0.5, standardDeviation: 0.08)
        == 0.48616771197347847
    )
  }
}
