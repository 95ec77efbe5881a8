import PromptLensTokenization
import Foundation
import PromptLensFiles
import PromptLensTensorFiles

// Checks of a model folder's files against its manifest.

extension ModelFolder {
  /// Checks that the manifest, the vocabulary and the golden features are as they were written, as far as the manifest
  /// states it: folders of earlier versions do not.
  ///
  /// - Throws: `JSONError` for the manifest, ``CheckpointError`` for another file, `FileError` for one that is missing.
  package func checkFiles() throws {
    try ModelManifest.checkDigest(in: path)
    for file in manifest.files { try check(file) }
  }

  /// Checks the vocabulary before it is used, unless checksums are not to be compared.
  ///
  /// - Throws: ``CheckpointError`` when it isn't the one that the manifest states.
  package func checkTokenizer() throws {
    let names = [TokenizerFile.clipName, TokenizerFile.piecesName]
    guard ChecksumCheck.isOn, let file = manifest.files.first(where: { names.contains($0.name) }) else { return }
    try check(file)
  }

  private func check(_ file: ModelManifest.SourceFile) throws {
    let path = "\(path)/\(file.name)"
    guard FileManager.default.fileExists(atPath: path) else {
      throw FileError.missing(path: path, expected: "the file that manifest.json states; convert the source again")
    }
    let found = try Fingerprint.ofFile(path)
    guard found == file.sha256 else {
      throw CheckpointError.unexpected(
        path: path, object: "the SHA-256",
        expected: "\(file.sha256.prefix(12))…, the manifest's; the file was damaged or changed after it was written",
        found: "\(found.prefix(12))…")
    }
  }
}
