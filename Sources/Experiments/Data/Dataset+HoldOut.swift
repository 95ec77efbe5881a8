import PromptLensDatasets
import PromptLensFiles
import PromptLensJSONDocuments

extension Dataset {
  /// The file in a result's folder that says which images were set aside for testing.
  static let holdOutFile = "hold-out.json"

  /// Returns the split file of data whose test images were set aside; nil for data with splits of its own.
  ///
  /// - Parameter name: the data set's name on every machine.
  /// - Returns: the document, without content hashes.
  func holdOutManifest(name: String) -> JSON? {
    guard holdOut != nil else { return nil }
    return SplitFile.document(self, name: name, hashes: nil)
  }

  /// Writes which images were set aside for testing into a folder; nothing for data with splits of its own.
  ///
  /// - Parameters:
  ///   - folder: the folder; it is made if it doesn't exist.
  ///   - name: the data set's name on every machine.
  /// - Throws: `FileError` when the folder can't be written.
  package func writeHoldOut(to folder: String, name: String) throws {
    guard let manifest = holdOutManifest(name: name) else { return }
    try AtomicOutput.makeFolder(at: folder)
    try AtomicOutput.text(manifest.serialized() + "\n", to: "\(folder)/\(Self.holdOutFile)")
  }
}
