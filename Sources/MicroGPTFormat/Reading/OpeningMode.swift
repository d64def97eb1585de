extension Checkpoint {
  /// How a file's bytes come into memory.
  public enum OpeningMode: Sendable {
    /// Seen through a map: nothing is read until it is touched, and programs
    /// share the pages. If another program truncates the file in place, touching
    /// it kills this process with SIGBUS, which no check can prevent; writers of
    /// this format never do.
    case mapped
    /// Read into private memory: whatever happens to the file later is harmless.
    case copied
    /// Copied up to ``maximumCopiedByteCount`` bytes, mapped above.
    case automatic

    /// The size in bytes up to which an automatic opening copies: 1 MiB.
    public static let maximumCopiedByteCount = 1 << 20
  }
}
