import Foundation
import MicroGPTAnalysis
import Testing

#if canImport(FoundationXML)
import FoundationXML
#endif

@Suite struct SVGTests {
  /// A run with noise, and a loss of validation every hundredth step.
  static let run = LossCurve(
    training: points((0..<2_000).map { 2 + Double($0 * 7_919 % 101) / 200 }),
    validation: (1...20).map {
      LossPoint(step: $0 * 100, loss: 2.5 + abs(Double($0) - 12) / 50)
    })

  @Test func itHasWhatItShould() throws {
    let svg = Self.run.svg(title: "names.jsonl")
    let elements = try Elements(svg)
    #expect(elements.count["polyline"] == 3)
    // A dot for each loss of validation and in the legend, a ring in both.
    #expect(elements.count["circle"] == 20 + 1 + 2)
    for text in [
      "Loss of names.jsonl", "names.jsonl", "training", "training, smoothed",
      "validation", "lowest: 2.5000 at step 1,200", "loss in nats a token",
      "step", "0", "500", "2,000", "2.2",
    ] {
      #expect(elements.texts.contains(text), "\(text)")
    }
    #expect(svg.contains(#"version="1.1""#))
    #expect(!svg.contains("script") && !svg.contains("href"))
    #expect(svg.utf8.count < 60_000)
  }

  @Test func theSameInputGivesTheSameBytes() {
    let other = LossCurve(
      training: Self.run.training.reversed(), validation: Self.run.validation)
    #expect(Self.run.svg(title: "a") == other.svg(title: "a"))
  }

  @Test func namesAreEscaped() throws {
    let name = #"a<b>&"c'.jsonl"# + "\u{0}\u{1b}"
    let elements = try Elements(Self.run.svg(title: name))
    #expect(elements.texts.contains(#"a<b>&"c'.jsonl"# + "\u{fffd}\u{fffd}"))
  }

  @Test(arguments: [
    (LossCurve(training: [], validation: []), 0, 0),
    (LossCurve(training: points([5: 2]), validation: []), 0, 1),
    (LossCurve(training: [], validation: points([5: 2])), 0, 4),
    (LossCurve(training: points([1: 3, 2: 2]), validation: []), 1, 0),
    (LossCurve(training: [], validation: points([1: 3, 2: 2])), 1, 5),
    (
      LossCurve(training: points([1: 2, 2: 2]), validation: points([2: 2])), 1,
      4
    ),
    (
      LossCurve(training: points([0: 1e30, 1 << 53: -1e30]), validation: []), 1,
      0
    ),
    (
      LossCurve(
        training: points([26] + (1..<100).map { Double($0 % 2) }),
        validation: []), 2, 0
    ),
  ])
  func everyCurveIsDrawn(curve: LossCurve, lines: Int, circles: Int) throws {
    let elements = try Elements(curve.svg(title: "x"))
    #expect(elements.count["polyline", default: 0] == lines)
    #expect(elements.count["circle", default: 0] == circles)
    for number in elements.numbers {
      #expect(number.isFinite && abs(number) < 2_000)
    }
  }

  @Test func manyPointsTakeBoundedRoom() throws {
    let losses = (0..<50_000).map { Double($0 * 7_919 % 1_009) }
    let curve = LossCurve(
      training: points(losses), validation: points(losses))
    let svg = curve.svg(title: "x")
    #expect(svg.utf8.count < 100_000)
    #expect(try Elements(svg).count["circle"] == 3)
  }
}

/// The elements of an XML text.
private final class Elements: NSObject, XMLParserDelegate {
  private(set) var count: [String: Int] = [:]
  private(set) var texts: [String] = []
  /// The coordinates of lines and circles.
  private(set) var numbers: [Double] = []

  /// Whether text belongs to the last element.
  private var isOpen = false

  init(_ xml: String) throws {
    super.init()
    let parser = XMLParser(data: Data(xml.utf8))
    parser.delegate = self
    let isWellFormed = parser.parse()
    try #require(isWellFormed, "\(String(describing: parser.parserError))")
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    count[name, default: 0] += 1
    texts.append("")
    isOpen = true
    for key in ["points", "cx", "cy"] {
      let words = (attributes[key] ?? "").split { $0 == " " || $0 == "," }
      numbers += words.map { Double($0) ?? .nan }
    }
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?,
    qualifiedName: String?
  ) {
    isOpen = false
  }

  func parser(_ parser: XMLParser, foundCharacters text: String) {
    guard isOpen else { return }
    texts[texts.count - 1] += text
  }
}
