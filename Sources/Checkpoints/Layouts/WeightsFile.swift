import Foundation
import PromptLensTensorFiles

/// The file, or the index of the files, that holds a checkpoint's weights.
struct WeightsFile {
  /// The path.
  let path: String
  /// The open file, where it was opened to look at its names.
  let file: (any StoredTensors)?
  /// The names of other files of weights in the folder.
  let others: [String]
  /// Whether `asked` was this file's name, and so isn't a state dict's.
  let isAskedFor: Bool

  /// The names that software gives them. Safetensors come first, since they are mapped whole.
  private static let known = [
    "model.safetensors", "model.safetensors.index.json", "open_clip_model.safetensors", "pytorch_model.bin",
    "pytorch_model.bin.index.json", "open_clip_pytorch_model.bin", "tf_model.h5", "model.weights.h5", "model.h5",
  ]
  private static let extensions = [".h5", ".hdf5", ".safetensors", ".pt", ".pth", ".bin"]

  /// Takes a file that the user named.
  init(path: String) {
    self.path = path
    file = nil
    others = []
    isAskedFor = false
  }

  /// Finds the weights file in a folder: the first of the known names whose tensors are a CLIP's, since an image tower of
  /// the timm library can lie beside the whole model; else the first of them, or the only file that could be one.
  ///
  /// - Parameters:
  ///   - folder: the folder.
  ///   - asked: the name of a file in it, or of a state dict in that file.
  /// - Throws: the errors of opening a file. Nil when no file could be one.
  init?(in folder: String, asked: String?) throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    let candidates = Self.known.filter(names.contains)
    if let asked, names.contains(asked), Self.isWeights(asked) {
      path = "\(folder)/\(asked)"
      file = nil
      others = candidates.filter { $0 != asked }
      isAskedFor = true
      return
    }
    isAskedFor = false
    guard let first = candidates.first else {
      let possible = names.filter(Self.isWeights)
      guard possible.count == 1 else { return nil }
      path = "\(folder)/\(possible[0])"
      file = nil
      others = []
      return
    }
    var chosen = first
    var opened: (any StoredTensors)?
    if candidates.count > 1 {
      for name in candidates {
        guard let file = try TensorFile.open("\(folder)/\(name)"), Self.holdsCLIP(file) else { continue }
        chosen = name
        opened = file
        break
      }
    }
    path = "\(folder)/\(chosen)"
    file = opened
    others = candidates.filter { $0 != chosen }
  }

  private static func isWeights(_ name: String) -> Bool {
    known.contains(name) || extensions.contains { name.hasSuffix($0) }
  }

  /// Returns whether a file holds both towers, by a name of each.
  private static func holdsCLIP(_ file: any StoredTensors) -> Bool {
    let names = file.storedNames
    let hasWords = names.contains { $0.contains("token_embedding") }
    let hasPictures = names.contains { name in
      ["visual", "vision_model", "clip_vision_encoder"].contains { name.contains($0) }
    }
    return hasWords && hasPictures
  }
}
