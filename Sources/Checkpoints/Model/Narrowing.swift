import PromptLensTensors

/// The selection of tensors that a conversion to f16 or bf16 narrows, the same as in OpenAI's `convert_weights`.
///
/// Convolutions, linear layers, attention's projections and the two projections into the shared space, with their
/// biases, are narrowed. Norms, embeddings, the class token and the logit scale keep the source's type,
/// since rounding them would cost accuracy and save little memory.
///
/// Source: `convert_weights` of OpenAI's CLIP, and the element types of its published state dicts.
enum Narrowing {
  /// Returns a Boolean value that indicates whether a tensor is narrowed.
  static func applies(to name: String) -> Bool {
    if name == "text_projection" || name == "visual.proj" { return true }
    let pieces = name.split(separator: ".")
    guard let last = pieces.last else { return false }
    if name.hasPrefix("visual.trunk.") || name.hasPrefix("visual.head.") { return appliesToTimm(pieces) }
    if last == "in_proj_weight" || last == "in_proj_bias" { return true }
    guard last == "weight" || last == "bias", pieces.count >= 2 else { return false }
    let layer = pieces[pieces.count - 2]
    if ["out_proj", "c_fc", "c_proj", "q_proj", "k_proj", "v_proj", "conv1", "conv2", "conv3"].contains(layer) {
      return true
    }
    // A ResNet's downsample.0 is a convolution, its downsample.1 a norm.
    return layer == "0" && pieces.count >= 3 && pieces[pieces.count - 3] == "downsample"
  }

  /// Returns whether a tensor of a tower of the timm library is narrowed: any layer's that isn't a norm.
  private static func appliesToTimm(_ pieces: [Substring]) -> Bool {
    guard let last = pieces.last, pieces.count >= 3 else { return false }
    if last == "q_bias" || last == "v_bias" { return true }
    guard last == "weight" || last == "bias" else { return false }
    let (layer, parent) = (pieces[pieces.count - 2], pieces[pieces.count - 3])
    // ConvNeXt's stem.0 and downsample.1 are convolutions, its stem.1 and downsample.0 norms.
    let isNorm = layer.contains("norm") || layer == "bn" || parent == "stem" && layer == "1"
    return !(isNorm || parent == "downsample" && layer == "0")
  }

  /// Returns the element type in which a tensor is written.
  static func dtype(of name: String, stored: DType, asked: DType?) -> DType {
    guard let asked else { return stored }
    return asked == .float32 || applies(to: name) ? asked : stored
  }
}
