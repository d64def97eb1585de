/// The last component of a path: `b.txt` of `a/b.txt`.
///
/// - Parameter path: The path.
/// - Returns: `nil` if the path has nothing but slashes.
package func lastComponent(ofPath path: String) -> String? {
  path.split(separator: "/").last.map(String.init)
}

/// A path without the ending of its last component: `a/b` of `a/b.txt`.
///
/// - Parameter path: The path; a dot that begins a name begins no ending.
/// - Returns: The rest.
package func stem(_ path: String) -> String {
  guard let dot = path.lastIndex(of: "."), dot != path.startIndex,
    path[path.index(before: dot)] != "/", !path[dot...].contains("/")
  else { return path }
  return String(path[..<dot])
}
