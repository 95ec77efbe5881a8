import PromptLensFiles
import Foundation

/// Writes small files into a folder, with their folders.
func write(_ files: [String: String], in folder: String) throws {
  for (path, text) in files {
    let url = URL(fileURLWithPath: "\(folder)/\(path)")
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }
}

/// Writes empty files.
func touch(_ paths: [String], in folder: String) throws {
  try write(Dictionary(uniqueKeysWithValues: paths.map { ($0, "") }), in: folder)
}
