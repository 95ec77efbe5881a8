import Foundation
import PromptLensFiles
import PromptLensJSONDocuments

/// The note `.results.json` in a folder of results, which says whose they are: the settings that made them, and the names.
///
/// By it a command knows its own unfinished results, which it makes again, from those of other settings, among which it
/// writes nothing.
struct ResultLedger: JSONDocument, Equatable {
  static let format = "promptlens-results"
  static let version = 1
  private static let name = ".results.json"

  /// A hash of the settings.
  var settings: String
  /// Whether all results were written.
  var isFinished: Bool
  /// The names of the files.
  var names: [String]

  func encode() -> JSON.Object {
    var object = JSON.Object()
    object["settings"] = .string(settings)
    object["is_finished"] = .bool(isFinished)
    object["names"] = .array(names.map { .string($0) })
    return object
  }

  init(decoding document: JSONNode) throws {
    settings = try document.string("settings")
    isFinished = try document.bool("is_finished")
    names = try document.array("names").map { try $0.string() }
  }

  init(settings: String, isFinished: Bool, names: [String]) {
    self.settings = settings
    self.isFinished = isFinished
    self.names = names
  }

  /// Reads the note of a folder; nil where there is none.
  static func read(in folder: String) throws -> ResultLedger? {
    let path = "\(folder)/\(name)"
    return FileManager.default.fileExists(atPath: path) ? try ResultLedger(contentsOf: path) : nil
  }

  /// Writes the note.
  func write(in folder: String) throws { try AtomicOutput.text(text, to: "\(folder)/\(Self.name)") }
}
