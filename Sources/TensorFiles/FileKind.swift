import PromptLensFiles

/// A file's format, recognized by its first bytes.
package enum FileKind {
  case hdf5
  case numPy
  case json
  case safeTensors
  case torch
  /// A page of HTML, as is saved where a download wanted a login.
  case webPage
  case other

  /// Recognizes a file by its first bytes; a file with the extension safetensors is always recognized as one.
  package init(_ bytes: UnsafeRawBufferPointer, name: String = "") {
    if Self.beginsAsWebPage(bytes) {
      self = .webPage
      return
    }
    let first = bytes.prefix(64).first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
    if NumPyFile.isNumPy(bytes) {
      self = .numPy
    } else if HDF5File.isHDF5(bytes) {
      self = .hdf5
    } else if name.hasSuffix(".safetensors") || SafeTensorsFile.looksLikeSafeTensors(bytes) {
      self = .safeTensors
    } else if TorchArchive.looksLikeTorch(bytes) {
      self = .torch
    } else if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
      self = .json
    } else {
      self = .other
    }
  }

  private static func beginsAsWebPage(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let mark: Set<UInt8> = [0xEF, 0xBB, 0xBF, 0x20, 0x09, 0x0A, 0x0D]
    let begin = bytes.prefix(256).drop { mark.contains($0) }.prefix(16)
    let text = String(decoding: begin, as: UTF8.self).lowercased()
    return ["<!doctype html", "<html", "<head", "<!-- html"].contains { text.hasPrefix($0) }
  }
}
