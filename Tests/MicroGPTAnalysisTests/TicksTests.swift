import Testing

@testable import MicroGPTAnalysis

@Suite struct TicksTests {
  @Test(arguments: [
    (0.0...1_000, 8, true, ["0", "200", "400", "600", "800", "1,000"]),
    (0...999_999, 5, true, ["0", "200,000", "400,000", "600,000", "800,000"]),
    (1...2, 8, true, ["1", "2"]),
    (0...2, 8, true, ["0", "1", "2"]),
    (2.19...3.41, 7, false, ["2.2", "2.4", "2.6", "2.8", "3.0", "3.2", "3.4"]),
    (-0.5...0.5, 4, false, ["-0.5", "0.0", "0.5"]),
    (0.1...0.3, 2, false, ["0.1", "0.2", "0.3"]),
    (2.0001...2.0009, 4, false, ["2.0002", "2.0004", "2.0006", "2.0008"]),
    (-1e30...1e30, 4, false, ["-1e+30", "-5e+29", "0", "5e+29", "1e+30"]),
    (
      0...0x1p53, 2, true,
      ["0", "5,000,000,000,000,000"]
    ),
  ])
  func roundPlaces(
    range: ClosedRange<Double>, count: Int, isWhole: Bool, texts: [String]
  ) {
    let ticks = Ticks(range, atMost: count, isWhole: isWhole)
    #expect(ticks.texts == texts)
    #expect(ticks.values.count == texts.count)
  }

  @Test func numbersHaveTheirThousandsApart() {
    #expect(0.groupedDescription == "0")
    #expect(999.groupedDescription == "999")
    #expect(1_000.groupedDescription == "1,000")
    #expect(1_234_567.groupedDescription == "1,234,567")
    #expect(2.27642.text(decimals: 4) == "2.2764")
    #expect((-1_234.5).text(decimals: 2) == "-1,234.50")
    #expect((-0.001).text(decimals: 2) == "0.00")
    #expect(12.0.text(decimals: 0) == "12")
    #expect(1e12.text(decimals: 4) == "1000000000000.0")
    #expect(Double.nan.text(decimals: 1) == "nan")
  }
}
