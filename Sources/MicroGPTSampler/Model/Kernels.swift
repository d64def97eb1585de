import CMicroGPTKernels

/// The instruction set in which sampling and training compute: the best that
/// the machine has, unless the environment variable `MICROGPT_KERNELS` names
/// another one when a program begins.
public enum Kernels {
  /// `avx512`, `avx2`, `neon` or `baseline`.
  ///
  /// All but the baseline give the same bits.
  public static var name: String {
    String(cString: mgpt_kernels_in_use().pointee.name)
  }

  /// Why the best set is used although another one is named; `nil` otherwise.
  ///
  /// A program should end there: `MICROGPT_KERNELS` names a set that does not
  /// exist, or not on this machine.
  public static var refusal: KernelRefusal? {
    guard let name = mgpt_kernels_refused() else { return nil }
    var available: [String] = []
    while let kernels = mgpt_kernels_at(available.count) {
      available.append(String(cString: kernels.pointee.name))
    }
    return KernelRefusal(
      name: String(cString: name), available: available)
  }
}

/// An instruction set that does not exist, or not on this machine.
public struct KernelRefusal: Error, Sendable, Hashable {
  /// What was asked for.
  public let name: String
  /// What there is, the best first.
  public let available: [String]
}

extension KernelRefusal: CustomStringConvertible {
  /// The error as one clause.
  public var description: String {
    "MICROGPT_KERNELS is “\(name)”, expected one that this machine has: "
      + available.joined(separator: ", ")
  }
}
