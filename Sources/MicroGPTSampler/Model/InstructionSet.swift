import CMicroGPTKernels

/// An instruction set in which sampling and training compute.
public struct InstructionSet: Sendable, Hashable {
  /// `avx512`, `avx2`, `neon` or `baseline`.
  ///
  /// All but the baseline give the same bits.
  public let name: String

  /// The instruction set in use: the best that the machine has, unless the
  /// environment variable `MICROGPT_KERNELS` names another one when a program
  /// begins.
  public static var current: InstructionSet {
    InstructionSet(name: String(cString: mgpt_kernels_in_use().pointee.name))
  }

  /// Checks that the machine has the set that `MICROGPT_KERNELS` names.
  ///
  /// A program should end where it does not; the best set is used then.
  ///
  /// - Throws: ``InstructionSetError``.
  public static func validateEnvironment() throws(InstructionSetError) {
    guard let name = mgpt_kernels_refused() else { return }
    var available: [String] = []
    while let kernels = mgpt_kernels_at(available.count) {
      available.append(String(cString: kernels.pointee.name))
    }
    throw InstructionSetError(
      name: String(cString: name), available: available)
  }
}

/// An instruction set that does not exist, or not on this machine.
public struct InstructionSetError: Error, Sendable, Hashable {
  /// The name that `MICROGPT_KERNELS` has.
  public let name: String
  /// The names of the sets that the machine has, the best first.
  public let available: [String]
}

extension InstructionSetError: CustomStringConvertible {
  /// The error as one clause.
  public var description: String {
    "MICROGPT_KERNELS is “\(name)”, expected one that this machine has: "
      + available.joined(separator: ", ")
  }
}
