import PromptLensEmbeddedWeights
import PromptLensFiles
import PromptLensJSONDocuments

extension ModelFolder {
  /// The fingerprint of the small model that the executable includes; nil if the executable is damaged.
  static let miniCLIPFingerprint: String? = {
    var count = 0
    for file in UnsafeBufferPointer(start: embedded_mini_clip(&count), count: count)
    where String(cString: file.name) == "manifest.json" {
      let bytes = UnsafeRawBufferPointer(start: file.contents.bytes, count: file.contents.count)
      guard let manifest = try? JSON(parsing: bytes, source: "mini-clip's manifest.json") else { return nil }
      return try? JSONNode(source: "mini-clip's manifest.json", value: manifest).string("fingerprint")
    }
    return nil
  }()

  /// Writes the small model that the executable includes, `weights/mini-clip`, as a model folder.
  ///
  /// - Parameter path: the folder; an existing model folder is kept.
  /// - Throws: `FileError` when it cannot be written.
  package static func writeMiniCLIP(to path: String) throws {
    guard !isModelFolder(path) else { return }
    var count = 0
    let files = UnsafeBufferPointer(start: embedded_mini_clip(&count), count: count)
    try AtomicOutput.folder(at: path, replacing: false) { folder in
      for file in files {
        let name = String(cString: file.name)
        let bytes = UnsafeRawBufferPointer(start: file.contents.bytes, count: file.contents.count)
        try OutputFile.create("\(folder)/\(name)", named: "\(path)/\(name)") { try $0.write(bytes) }
      }
    }
  }
}
