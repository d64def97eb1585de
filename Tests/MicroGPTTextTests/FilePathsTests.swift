import MicroGPTText
import Testing

@Suite struct FilePathsTests {
  @Test(arguments: [
    ("b.txt", "b.txt"), ("a/b.txt", "b.txt"), ("a/b/", "b"), ("/", nil),
    ("", nil),
  ])
  func lastComponent(path: String, expected: String?) {
    #expect(MicroGPTText.lastComponent(ofPath: path) == expected)
  }

  @Test(arguments: [
    ("b.txt", "b"), ("a/b.best.mgpt", "a/b.best"), ("a.d/b", "a.d/b"),
    (".hidden", ".hidden"), ("a/.hidden", "a/.hidden"), ("", ""),
  ])
  func stem(path: String, expected: String) {
    #expect(MicroGPTText.stem(path) == expected)
  }
}
