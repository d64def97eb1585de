import Testing

@testable import MicroGPTReference

@Suite struct ValueTests {
  @Test func `gradients of every operation are the analytic ones`() {
    let tape = Tape()
    let a = tape.record(2)
    let b = tape.record(-4)
    func check(_ value: Value, _ data: Double, _ da: Double, _ db: Double) {
      value.backward()
      #expect([value.data, a.grad, b.grad] == [data, da, db])
      (a.grad, b.grad) = (0, 0)
      tape.forget(after: 2)
    }
    check(a + b, -2, 1, 1)
    check(a * b, -8, -4, 2)
    check(b / a, -2, 1, 0.5)
    check(a + 3, 5, 1, 0)
    check(a - 3, -1, 1, 0)
    check(a * 3, 6, 3, 0)
    check(a / 4, 0.5, 0.25, 0)
    check(a ** 3, 8, 12, 0)
    check(-a, -2, -1, 0)
    check(a.relu(), 2, 1, 0)
    check(b.relu(), 0, 0, 0)
    check(sum([a, b, a]), 0, 2, 1)
    check((b + 4).exp(), 1, 0, 1)
    check((a + -1).log(), 0, 1, 0)
  }

  @Test func `a value used twice gathers both gradients`() {
    let tape = Tape()
    let x = tape.record(3)
    let y = x * x
    let z = y + y * x  // x^2 + x^3
    z.backward()
    #expect(z.data == 36)
    #expect(y.grad == 4)
    #expect(x.grad == 33)  // 2x + 3x^2
  }

  @Test func `a calculation of any depth has a gradient`() {
    let tape = Tape()
    let x = tape.record(1)
    var y = x
    for _ in 0..<200_000 { y = y + 0 }
    y.backward()
    #expect(x.grad == 1)
  }

  @Test func `ReLU follows Python's max(0, x)`() {
    let tape = Tape()
    let zero = tape.record(-0.0).relu()
    #expect(zero.data.sign == .plus)
    #expect(tape.record(.nan).relu().data == 0)
  }

  /// Here x * x, 1 / x and the square root differ in the last digit from `pow`.
  ///
  /// The constants are those of the GNU C library on x86-64.
  @Test func `powers are the C library's`() {
    let tape = Tape()
    #expect((tape.record(3.0302945383729414) ** 2).data == 9.182684989292877)
    let half = tape.record(3.1696969397508497) ** 0.5
    #expect(half.data == 1.7803642716452297)
    let one = tape.record(1)
    #expect((one / 2.0484791246778395).data == 0.48816704449320086)
    #expect(
      (one / tape.record(3.174503086705325)).data == 0.3150099315347824
    )
  }
}
