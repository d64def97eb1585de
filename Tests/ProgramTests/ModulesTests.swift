import Foundation
import Testing

/// Sources/README.md against Package.swift and the imports.
@Suite struct ModulesTests {
  private struct Module: Equatable {
    var floor: Int?
    var imports: Set<String> = []
  }

  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  /// The rows of the table of modules, by their names.
  private func documented() throws -> [String: Module] {
    var modules: [String: Module] = [:]
    for line in try Self.text("Sources/README.md").split(separator: "\n") {
      let cells = line.split(separator: "|", omittingEmptySubsequences: false)
        .map { $0.trimmingCharacters(in: .whitespaces) }
      guard cells.count == 6, let floor = Int(cells[2]) else { continue }
      let imports = cells[3].split(separator: ",").map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      modules[cells[1]] = Module(floor: floor, imports: Set(imports))
    }
    return modules
  }

  /// The targets of the package but for the tests, by their names.
  private func declared() throws -> [String: Module] {
    let package = try Self.text("Package.swift")
    let start = try #require(package.range(of: "  targets: ["))
    let end = try #require(package.range(of: "    // Tests\n"))
    let targets = package[start.upperBound..<end.lowerBound].matches(
      of: /\.(?:target|executableTarget|systemLibrary)\(\s*name: "([^"]+)"/)
    var modules: [String: Module] = [:]
    for (index, target) in targets.enumerated() {
      let rest = package[
        target.range
          .upperBound..<(index + 1 < targets.count
          ? targets[index + 1].range.lowerBound : end.lowerBound)]
      let dependencies = rest.firstMatch(of: /dependencies: \[([^\]]*)\]/)
      modules[String(target.output.1)] = Module(
        imports: Set(
          (dependencies?.output.1 ?? "").matches(of: /"([^"]+)"/).map {
            String($0.output.1)
          }))
    }
    return modules
  }

  /// The modules of the package that the sources of each import.
  private func imported(_ names: Set<String>) throws -> [String: Module] {
    var modules: [String: Module] = [:]
    for name in names {
      let folder = Self.root.appending(path: "Sources/\(name)")
      var module = Module()
      let files = try #require(
        FileManager.default.enumerator(
          at: folder, includingPropertiesForKeys: nil))
      for case let file as URL in files where file.pathExtension == "swift" {
        let text = try String(contentsOf: file, encoding: .utf8)
        for line in text.split(separator: "\n") {
          guard
            let found = line.wholeMatch(
              of: /(?:@\w+ |public |package )*import (?:\w+ )?(\w+)(?:\.\w+)?/),
            names.contains(String(found.output.1))
          else { continue }
          module.imports.insert(String(found.output.1))
        }
      }
      modules[name] = module
    }
    return modules
  }

  @Test func theTableIsThatOfThePackageAndTheImports() throws {
    let documented = try documented()
    let names = Set(documented.keys)
    let declared = try declared()
    let folders = try FileManager.default.contentsOfDirectory(
      at: Self.root.appending(path: "Sources"),
      includingPropertiesForKeys: [.isDirectoryKey])
    let folderNames = try folders.filter {
      try $0.resourceValues(forKeys: [.isDirectoryKey]).isDirectory == true
    }.map(\.lastPathComponent)
    #expect(names == Set(declared.keys))
    #expect(names == Set(folderNames))
    let imported = try imported(names)
    for name in names.sorted() {
      let stated = documented[name]?.imports
      #expect(stated == declared[name]?.imports, "\(name) in Package.swift")
      #expect(stated == imported[name]?.imports, "\(name) in its sources")
    }
  }

  @Test func modulesImportWhatStandsBelow() throws {
    let modules = try documented()
    #expect(modules.count > 20)
    for (name, module) in modules {
      for other in module.imports {
        let isBelow =
          try #require(modules[other]?.floor) < #require(module.floor)
        let isParallel =
          name == "MicroGPTParallel" && other == "CMicroGPTSystem"
        let isHeader = name == "MicroGPTCLibrary" && other == "CMicroGPT"
        #expect(isBelow || isParallel || isHeader, "\(name) imports \(other)")
      }
    }
  }
}
