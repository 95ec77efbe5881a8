/// The zip archives that people take for PyTorch's: they're refused by their kind, with the way to the weights.
enum ForeignArchive {
  private static let weights = [".pt", ".pth", ".bin", ".safetensors", ".h5", ".hdf5", ".ckpt", ".tar"]

  /// Refuses an archive whose records are another program's.
  ///
  /// - Parameters:
  ///   - names: the names of the archive's records.
  ///   - path: the archive.
  /// - Throws: ``TensorFileError/foreignArchive(path:kind:remedy:)``.
  static func check(_ names: [String], path: String) throws(TensorFileError) {
    guard !names.contains(where: { $0 == "data.pkl" || $0.hasSuffix("/data.pkl") }) else { return }
    let files = names.filter { !$0.hasSuffix("/") && !$0.hasPrefix("__MACOSX/") }
    if !files.isEmpty, files.allSatisfy({ $0.hasSuffix(".npy") }) {
      throw .foreignArchive(
        path: path, kind: "a NumPy archive (.npz) of \(files.count) arrays",
        remedy: "save its arrays under their names as safetensors (safetensors.numpy.save_file), or one array as .npy")
    }
    if files.contains("model.weights.h5"), files.contains("config.json") {
      throw .foreignArchive(
        path: path, kind: "a Keras 3 model (.keras)",
        remedy:
          "a Keras Hub preset can be read: save it with save_to_preset; unzipping the file gives its model.weights.h5")
    }
    let inside = files.filter { name in Self.weights.contains { name.lowercased().hasSuffix($0) } }
    guard let first = inside.first else { return }
    throw .foreignArchive(
      path: path, kind: "a ZIP archive around \(inside.count == 1 ? first : "\(inside.count) files of weights")",
      remedy: "unzip it, and give the folder or the file that comes out")
  }
}
