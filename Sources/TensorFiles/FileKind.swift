import PromptLensFiles

/// A file's format, recognized by its first bytes.
package enum FileKind {
  case hdf5
  case numPy
  case json
  case safeTensors
  case torch
  case other

  /// Recognizes a file by its first bytes; a file with the extension safetensors is always recognized as one.
  package init(_ bytes: UnsafeRawBufferPointer, name: String = "") {
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
}
