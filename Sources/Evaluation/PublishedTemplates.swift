import PromptLensPrompts
import PromptLensEmbeddedWeights

/// The published lists of templates, which the executable includes.
package enum PublishedTemplates: String, Sendable, CaseIterable {
  /// The seven templates that CLIP's authors selected for ImageNet, the ensemble of CoOp's zero-shot trainer.
  case clip7 = "clip-7"
  /// The eighty templates of CLIP's notebook on prompts for ImageNet.
  case clip80 = "clip-80"

  /// The templates in their published order.
  package var templates: [Template] {
    let file = self == .clip7 ? embedded_clip_templates_7() : embedded_clip_templates_80()
    let text = String(decoding: UnsafeBufferPointer(start: file.bytes, count: file.count), as: UTF8.self)
    return text.split(separator: "\n").compactMap { try? Template(String($0)) }
  }
}
