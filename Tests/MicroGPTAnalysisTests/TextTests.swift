import MicroGPTAnalysis
import Testing

@Suite struct TextTests {
  @Test func aSmallCurve() {
    let curve = LossCurve(
      training: points([1: 3, 2: 2.5, 3: 2.25, 4: 2.1, 5: 2]),
      validation: points([2: 2.75, 4: 2.5, 5: 2.6]))
    let expected = """
      names.mgpt: loss in nats a token by steps
      3.0 ┤⢄
          │ ⠉⠢⣀
          │    ⠑⠤⡀
      2.8 ┤      ⠈⠒⢄       o
          │         ⠉⠢⣀
      2.6 ┤            ⠑⠤⡀                                                   o
          │              ⠈⠒⢄⡀                                o
          │                 ⠈⠑⠒⠤⢄⡀
      2.4 ┤                      ⠈⠉⠒⠤⢄⣀
          │                            ⠉⠒⠢⠤⣀
      2.2 ┤                                 ⠉⠉⠒⠒⠤⠤⣀⣀
          │                                         ⠉⠉⠒⠒⠤⠤⣀⣀
          │                                                 ⠉⠉⠉⠒⠒⠒⠤⠤⠤⢄⣀⣀⣀
      2.0 ┤                                                              ⠉⠉⠉⠒⠒
          └┬────────────────┬───────────────┬────────────────┬───────────────┬
           1                2               3                4               5
           ⠒⠒ training   o validation

                   first         last          lowest
      training     3.0000 at 1   2.0000 at 5   2.0000 at 5
      validation   2.7500 at 2   2.6000 at 5   2.5000 at 4

      """
    #expect(curve.textPlot(title: "names.mgpt") == expected)
  }

  @Test func everyLineIsAtMost72Columns() {
    for curve in [
      SVGTests.run,
      LossCurve(training: points([0: 1e30, 1 << 53: -1e30]), validation: []),
      LossCurve(training: [], validation: points([7: 2])),
      LossCurve(training: points([1: 12_345.678]), validation: []),
      LossCurve(training: [], validation: []),
    ] {
      let lines = curve.textPlot(title: "names.jsonl").split(separator: "\n")
      for line in lines {
        #expect(line.count <= 72 || line.contains(" at "), "\(line)")
        #expect(!line.hasSuffix(" ") && !line.contains("\u{1b}"))
      }
    }
  }

  @Test func whatIsCutOffIsSaid() {
    let losses = [26] + (1..<1_000).map { 2 + 100 / Double(100 + $0) }
    let curve = LossCurve(training: points(losses), validation: [])
    let text = curve.textPlot(title: "x")
    #expect(text.contains("points lie outside"))
    #expect(text.contains("26.0000 at 1 "))
  }
}
