import PromptLensCLIP
import Foundation
import PromptLensJSONDocuments

/// The `README.md` of an exported folder, a model card as on Hugging Face.
struct ModelCard {
  /// The model.
  let model: ModelFolder
  /// The name of the exported folder.
  let name: String
  /// The software that loads the folder.
  let library: Library
  /// The comparison of features; nil if it was not made.
  let check: ExportCheck?
  /// The version of this program.
  let toolVersion: String

  /// A program that loads an exported folder.
  enum Library: String {
    case openCLIP = "open_clip"
    case transformers
    case onnx

    /// The statements that load a folder.
    func loading(_ folder: String) -> [String] {
      switch self {
      case .openCLIP:
        [
          "import open_clip",
          "model, _, preprocess = open_clip.create_model_and_transforms(\"local-dir:\(folder)\")",
          "tokenizer = open_clip.get_tokenizer(\"local-dir:\(folder)\")",
        ]
      case .transformers:
        [
          "from transformers import CLIPModel, CLIPProcessor", "model = CLIPModel.from_pretrained(\"\(folder)\")",
          "processor = CLIPProcessor.from_pretrained(\"\(folder)\")",
        ]
      case .onnx:
        [
          "import onnxruntime", "image = onnxruntime.InferenceSession(\"\(folder)/image.onnx\")",
          "features = image.run(None, {\"pixel_values\": pixels})  # float32, [batch, 3, height, width], normalized",
          "text = onnxruntime.InferenceSession(\"\(folder)/text.onnx\")",
          "features = text.run(None, {\"input_ids\": ids})  # int64, [batch, sequence], padded with the tokenizer's padding",
          "notes = image.get_modelmeta().custom_metadata_map  # image_mean, image_std, logit_scale …",
        ]
      }
    }
  }

  private var notCompared: String {
    library == .onnx
      ? "promptlens runs no graphs, so features were not compared here. docs/onnx-parity.md states the differences that "
        + "onnxruntime showed for every kind of tower; Tools/checks/check_onnx.py measures those of a model."
      : "Features were not compared (--no-verify)."
  }

  /// The card's text.
  var text: String {
    let manifest = model.manifest
    let license = manifest.license
    var lines = ["---", "library_name: \(library.rawValue)", "pipeline_tag: zero-shot-image-classification"]
    if let license { lines.append("license: \(license.lowercased())") }
    lines += [
      "---", "", "# \(name)", "",
      "A CLIP model, \(manifest.architecture), written by promptlens \(toolVersion) for \(library.rawValue).", "",
      "## Source", "", "| file | bytes | SHA-256 |", "|---|---|---|",
    ]
    lines += manifest.sources.map { "| `\($0.name)` | \($0.bytes) | `\($0.sha256)` |" }
    lines += [
      "", "- Layout: \(manifest.layout)",
      "- Published as: \(manifest.publishedName.map { "OpenAI's \($0)" } ?? "unknown, no published file has this SHA-256")",
      "- License: \(license ?? "unknown; the source's license applies")",
      "- Fingerprint of the weights: `\(manifest.fingerprint)`",
      "- Fingerprint of the token embedding: `\(manifest.tokenEmbeddingFingerprint)`", "", "## Use", "", "```python",
    ]
    lines += library.loading(name)
    lines += ["```", "", "## Check", "", check?.sentence ?? notCompared, ""]
    return lines.joined(separator: "\n")
  }
}

/// The difference between the features of an export and those of the source.
package struct ExportCheck: Sendable, Equatable {
  /// The difference of text features.
  package var texts: FeatureDifference
  /// The difference of image features.
  package var images: FeatureDifference
  /// A Boolean value that indicates whether the features are compared with those of the source, from before the
  /// conversion; otherwise with the model folder's.
  package var isBySource: Bool

  /// The largest difference of any number.
  package var largest: Double { max(texts.largest, images.largest) }

  /// A sentence on the difference.
  var sentence: String {
    "The features of \(texts.count) texts and \(images.count) images, computed from these files by promptlens and scaled to "
      + "length one, differ from \(isBySource ? "the source's" : "the model folder's") by at most "
      + "\(texts.largest) (texts) and \(images.largest) (images)."
  }

  /// Computes golden features from written files and compares them.
  ///
  /// - Parameters:
  ///   - path: the exported file or folder.
  ///   - model: the model folder that it was made of.
  /// - Throws: the errors of opening the export and of the towers.
  init(of path: String, against model: ModelFolder) throws {
    func compute(_ configuration: CLIPConfiguration, _ checkpoint: Checkpoint) throws -> GoldenFeatures {
      try GoldenFeatures.compute(
        configuration, checkpoint.source, fingerprint: model.manifest.fingerprint, narrowedTo: nil,
        releasePages: { checkpoint.releasePages() })
    }
    let written = try CheckpointDetector.open(path)
    let found = try compute(written.configuration, written)
    let golden = try GoldenFeatures.read(from: model)
    let expected = try golden ?? compute(model.configuration, try model.checkpoint)
    isBySource = golden != nil
    texts = try FeatureDifference(found.textFeatures, expected: expected.textFeatures, name: "text features")
    images = try FeatureDifference(found.imageFeatures, expected: expected.imageFeatures, name: "image features")
  }
}

extension ModelManifest {
  /// The license of the weights, where it is known: OpenAI published its weights with its MIT-licensed repository, and
  /// mini-clip is this project's own.
  package var license: String? {
    if fingerprint == ModelFolder.miniCLIPFingerprint { return "MIT" }
    let published = sources.lazy.compactMap { PublishedCheckpoint.recognized(sha256: $0.sha256) }.first
    return published?.family == .openAI ? "MIT" : nil
  }
}
