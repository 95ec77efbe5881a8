import PromptLensTensorFiles
import PromptLensCLIP
import Foundation

/// Related architectures that aren't CLIP, which are rejected by name with the reason.
enum ForeignArchitecture {
  /// Names of tensors that only another architecture has, with a description of it.
  private static let marks: [(name: String, reason: String)] = [
    (
      "visual.trunk.final_conv.",
      "its image tower is a FastViT of the timm library, whose convolutions are not supported"
    ),
    ("visual.blocks.", "its image tower is an EVA, not CLIP's own"),
    ("text.transformer.embeddings.", "its text tower is a Hugging Face model, not CLIP's causal transformer"),
    ("text.transformer.encoder.", "its text tower is a Hugging Face model, not CLIP's causal transformer"),
    ("qformer.", "it is a BLIP-2, which has a query transformer between its towers"),
    ("text_model.encoder.layer.0.attention.self.", "its text tower is a BERT, not CLIP's causal transformer"),
    ("text_model.roberta.", "its text tower is a RoBERTa, not CLIP's causal transformer"),
  ]
  private static let contexts =
    "it is a checkpoint of learned prompts (CoOp's kind), which belongs to a CLIP and holds none"

  /// Endings of names that say that a weight is stored as something that it must be computed from.
  private static let parametrizations: [(end: String, reason: String)] = [
    (
      ".theta",
      "its weights are stored as directions and lengths (.theta, .r); multiply them out first: weight = r · theta / |theta|"
    ),
    (
      ".original0",
      "its weights are stored by a parametrization of PyTorch's; remove it first, with "
        + "torch.nn.utils.parametrize.remove_parametrizations"
    ),
    (
      ".weight_g",
      "its weights are normalized by torch.nn.utils.weight_norm; remove that first, with remove_weight_norm"
    ),
    (
      ".lora_A.weight",
      "it is a LoRA adapter, which belongs to a CLIP and holds none; convert its folder with --base and that CLIP"
    ),
    (
      ".lora_A.default.weight",
      "it is a LoRA adapter beside the weights; merge it first, with PEFT's merge_and_unload, and save the model again"
    ),
    (".w_lora_A", "it holds LoRA adapters (CLIP-LoRA's), which belong to a CLIP; merge them with its weights first"),
  ]

  /// Checks that a file's tensors don't belong to another architecture.
  ///
  /// - Throws: `CLIPError`.
  static func check(_ file: any StoredTensors) throws(CLIPError) {
    let names = file.storedNames
    for (end, reason) in parametrizations where names.contains(where: { $0.hasSuffix(end) }) {
      throw .notCLIP(source: file.path, reason: reason)
    }
    if names.contains(where: { $0 == "token_prefix" || $0.hasSuffix(".token_prefix") }) {
      throw .notCLIP(source: file.path, reason: contexts)
    }
    for (mark, reason) in marks {
      let isFolder = mark.hasSuffix(".")
      let found = names.contains { name in
        guard let range = name.range(of: mark) else { return false }
        let startsPiece = range.lowerBound == name.startIndex || name[name.index(before: range.lowerBound)] == "."
        return startsPiece && (isFolder || range.upperBound == name.endIndex)
      }
      if found { throw .notCLIP(source: file.path, reason: reason) }
    }
    if let tower = loneTower(names) { throw .notCLIP(source: file.path, reason: tower) }
  }

  /// Returns the reason when the names are those of one tower.
  private static func loneTower(_ names: [String]) -> String? {
    func has(_ pieces: String...) -> Bool { names.contains { name in pieces.contains { name.contains($0) } } }
    let words = has("token_embedding")
    let pictures = has("visual.", "visual/", "vision_model", "clip_vision_encoder")
    if words, !pictures, has("positional_embedding", "position_embedding") {
      return "it is a text tower alone; the image tower of the same CLIP is missing"
    }
    if pictures, !words, has("visual.conv1", "visual/conv1", "vision_model.embeddings", "vision_model/embeddings") {
      return "it is an image tower alone; the text tower of the same CLIP is missing"
    }
    if !words, !pictures, has("patch_embed.proj.weight", "stem.0.weight"), has("blocks.0.") {
      return "it is an image tower of the timm library alone; open_clip's file beside it would hold the whole CLIP"
    }
    if !words, !pictures, has("patch_embeddings.projection", "embeddings.patch_embedding") {
      return "it is an image tower alone, without a text tower"
    }
    return nil
  }

  /// Returns a clause about a `model_type` of transformers that isn't CLIP's, to follow its name.
  static func note(modelType: String) -> String {
    switch modelType {
    case "siglip2": ", a SigLIP 2 of any resolution (NaFlex), whose image tower takes patches with a mask"
    case "altclip": ", whose text tower is an XLM-RoBERTa"
    case "chinese_clip": ", whose text tower is a BERT"
    case "blip", "blip-2": ", whose towers are other ones"
    case "clipseg", "owlvit", "owlv2", "groupvit", "x_clip": ", which adds layers to CLIP's"
    case "vision-text-dual-encoder": ", whose towers can be any"
    case "clip_text_model", "clip_vision_model": ", one tower of a CLIP without the other"
    default: ""
    }
  }
}
