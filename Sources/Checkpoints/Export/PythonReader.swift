import PromptLensCLIP
import PromptLensImages

/// A program of some twenty lines of Python for an exported graph, with NumPy and onnxruntime alone: it prepares pictures
/// as the model does, and runs the graph.
///
/// It takes pictures as arrays of bytes, `[height, width, 3]`, since NumPy decodes no files of pictures.
package struct PythonReader {
  /// The graphs that the program is for.
  package enum Subject: Sendable {
    /// The two towers' graphs.
    case towers
    /// A classifier's graph.
    case classifier(file: String)
  }

  private let subject: Subject
  private let model: ModelFolder
  private let toolVersion: String
  private let weight: String
  private let size: String

  /// The program's name.
  package static let fileName = "reader.py"

  /// Creates a program.
  ///
  /// - Throws: ``ExportError`` for a preprocessing that the program doesn't have.
  package init(for subject: Subject, of model: ModelFolder, toolVersion: String) throws(ExportError) {
    self.subject = subject
    self.model = model
    self.toolVersion = toolVersion
    let preprocessing = model.configuration.preprocessing
    func refuse(_ reason: String) -> ExportError {
      .notExpressible(
        model: model.path, format: "a reader in Python",
        reason: "\(reason), which its twenty lines don't have; --as onnx writes the graphs alone")
    }
    switch preprocessing.filter {
    case .bicubic:
      weight = "np.where(x < 1, (1.5 * x - 2.5) * x * x + 1, np.where(x < 2, ((2.5 - 0.5 * x) * x - 4) * x + 2, 0))"
    case .bilinear: weight = "np.maximum(1 - x, 0)"
    case .nearest, .box, .hamming, .lanczos:
      throw refuse("its pictures are resized by the filter \(preprocessing.filter)")
    }
    switch preprocessing.resize {
    case .none: size = "h, w"
    case .exact(let exact): size = "\(exact.height), \(exact.width)"
    case .shortestEdge(let side, nil):
      size = "(\(side), int(\(side) * w / h)) if h <= w else (int(\(side) * h / w), \(side))"
    case .shortestEdge(_, .some): throw refuse("its pictures are resized with a longest edge")
    case .covering(let frame): size = Self.scaled("min", frame)
    case .inside(let frame): size = Self.scaled("max", frame)
    }
  }

  private static func scaled(_ choice: String, _ frame: PixelSize) -> String {
    "(round(side / \(choice)(h / \(frame.height), w / \(frame.width))) for side in (h, w))"
  }

  /// The program.
  package var text: String {
    let preprocessing = model.configuration.preprocessing
    var lines: [String]
    switch subject {
    case .towers:
      lines = [
        "\"\"\"Features of pictures (bytes, [height, width, 3] each) and token ids; made by promptlens \(toolVersion).\"\"\"",
        "import json, os, sys, numpy as np, onnxruntime",
        "image, text = (onnxruntime.InferenceSession(os.path.join(os.path.dirname(os.path.abspath(__file__)), name))"
          + " for name in (\"\(GraphExport.imageFile)\", \"\(GraphExport.textFile)\"))",
        "mean, std = (json.loads(image.get_modelmeta().custom_metadata_map[key]) for key in (\"image_mean\", \"image_std\"))",
      ]
    case .classifier(let file):
      lines = [
        "\"\"\"Class probabilities of pictures (bytes, [height, width, 3] each); made by promptlens \(toolVersion).\"\"\"",
        "import json, os, sys, numpy as np, onnxruntime",
        "session = onnxruntime.InferenceSession("
          + "os.path.join(os.path.dirname(os.path.abspath(__file__)), \"\(file)\"))",
        "classes, mean, std = (json.loads(session.get_modelmeta().custom_metadata_map[key]) for key in (\"classes\", \"image_mean\", \"image_std\"))",
      ]
    }
    lines += [
      "def matrix(n, m):  # Pillow's \(preprocessing.filter) filter, from n pixels to m",
      "    x = np.abs(np.arange(n) + 0.5 - (np.arange(m)[:, None] + 0.5) * n / m) / max(n / m, 1)",
      "    weights = \(weight)",
      "    return np.rint(weights / weights.sum(1, keepdims=True) * 2**22) / 2**22  # 22 bits, as Pillow's",
      "def prepare(picture):",
      "    h, w = picture.shape[:2]", "    height, width = \(size)",
      "    rows = np.floor(matrix(w, width) @ picture + 0.5).clip(0, 255)",
      "    pixels = np.floor(np.tensordot(matrix(h, height), rows, 1) + 0.5).clip(0, 255)",
    ]
    if let crop = preprocessing.crop {
      let isDown = preprocessing.cropRounding == .down
      if !preprocessing.coversCrop {
        let before = isDown ? "(n + 1) // 2" : "n // 2"
        lines.append(
          "    pixels = np.pad(pixels, [(\(before), n - \(before)) for n in (max(\(crop.height) - height, 0), "
            + "max(\(crop.width) - width, 0))] + [(0, 0)], constant_values=\(preprocessing.fill))")
      }
      let rest = "(pixels.shape[axis] - side)"
      let start = isDown ? "\(rest) // 2" : "round(\(rest) / 2)"
      lines.append(
        "    for axis, side in enumerate((\(crop.height), \(crop.width))): "
          + "pixels = pixels.take(np.arange(side) + \(start), axis)")
    }
    let scale = preprocessing.rescaleFactor == Preprocessing.byteScale ? "/ 255" : "* \(preprocessing.rescaleFactor)"
    lines.append("    return ((pixels \(scale) - mean) / std).transpose(2, 0, 1).astype(np.float32)")
    switch subject {
    case .towers:
      lines += [
        "def image_features(pictures):",
        "    return image.run(None, {\"\(CLIPConfiguration.imageInput)\": np.stack([prepare(picture) for picture in pictures])})[0]",
        "def text_features(ids):",
        "    return text.run(None, {\"\(CLIPConfiguration.textInput)\": np.asarray(ids, np.int64)})[0]",
      ]
    case .classifier:
      lines += [
        "def probabilities(pictures):",
        "    return session.run(None, {\"\(CLIPConfiguration.imageInput)\": np.stack([prepare(picture) for picture in pictures])})[0]",
        "for path in sys.argv[1:] if __name__ == \"__main__\" else []:  # files of numpy.save",
        "    print(path, *sorted(zip(probabilities([np.load(path)])[0].round(4), classes))[: -6 : -1])",
      ]
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
