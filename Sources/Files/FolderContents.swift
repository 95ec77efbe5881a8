import Foundation

/// The contents of a folder in words, for errors about a folder that stands in place of another one.
package enum FolderContents {
  private static let imageEndings: Set = ["jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff"]

  /// Returns what a folder is: "a model folder", "a folder of pictures".
  ///
  /// - Parameter path: a path.
  /// - Returns: a noun phrase; nil if there is no folder.
  package static func phrase(_ path: String) -> String? {
    guard let names = names(in: path) else { return nil }
    if let kind = kind(of: path, names) { return kind }
    let listed = names.prefix(3).joined(separator: ", ")
    return "a folder with \(listed)" + (names.count > 3 ? " and \(names.count - 3) more" : "")
  }

  /// Returns what a folder is, if it is of a known kind.
  ///
  /// - Parameter path: a path.
  /// - Returns: a noun phrase; nil if there is no folder, or one of an unknown kind, such as a checkpoint's.
  package static func kind(_ path: String) -> String? { names(in: path).flatMap { kind(of: path, $0) } }

  private static func kind(of path: String, _ names: [String]) -> String? {
    func has(_ name: String) -> Bool { names.contains(name) }
    if names.isEmpty { return "an empty folder" }
    if has("manifest.json"), has("model.h5") { return "a model folder" }
    if has("run.json") { return "a run folder" }
    if has("classifier.h5") { return "a folder with a classifier (classifier.h5)" }
    if let section = names.first(where: { $0.hasSuffix(".section.json") }) { return "a folder of results (\(section))" }
    if has("runs"), Self.names(in: "\(path)/runs") != nil { return "a folder of several runs (runs)" }
    if names.contains(where: isImage) { return "a folder of pictures" }
    let contents = names.map { Self.names(in: "\(path)/\($0)") }
    let pictured = zip(names, contents).filter { $0.1?.contains(where: isImage) ?? false }.map(\.0)
    guard pictured.isEmpty else { return "a folder of pictures in folders (\(list(pictured)))" }
    return contents.contains { $0 == nil } ? nil : "a folder of folders (\(list(names)))"
  }

  private static func list(_ names: [String]) -> String {
    names.prefix(3).joined(separator: ", ") + (names.count > 3 ? ", …" : "")
  }

  /// Returns the names in a folder, sorted, without those that begin with a dot; nil if it isn't a folder.
  private static func names(in path: String) -> [String]? {
    (try? FileManager.default.contentsOfDirectory(atPath: path))?.filter { !$0.hasPrefix(".") }.sorted()
  }

  private static func isImage(_ name: String) -> Bool {
    guard let dot = name.lastIndex(of: ".") else { return false }
    return imageEndings.contains(name[name.index(after: dot)...].lowercased())
  }
}
