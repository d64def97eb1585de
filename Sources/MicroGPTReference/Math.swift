#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

precedencegroup ExponentiationPrecedence {
  higherThan: MultiplicationPrecedence
  associativity: right
}

infix operator ** : ExponentiationPrecedence

/// Raises to a power with the C library's `pow`, as Python's `**` does.
///
/// Never inlined: where it sees the exponent, the compiler puts x * x for a
/// square and 1 / x for a power of -1, which differ from `pow` in the last
/// digit now and then.
@inline(never)
func ** (x: Double, n: Double) -> Double { pow(x, n) }

// Inside `Value`, its own `log` and `exp` hide the C library's.

func naturalLogarithm(_ x: Double) -> Double { log(x) }

func exponential(_ x: Double) -> Double { exp(x) }
