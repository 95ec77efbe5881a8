// Hand-written prompts that trainers' official code has for known data sets, where they differ from CoOp's.
//
// Source: htyao89/KgCoOp, `trainers/kgcoop.py`; BeierZhu/Prompt-align, `trainers/prograd.py`;
// htyao89/Textual-based_Class-aware_prompt_tuning, `trainers/tcp.py`.

extension KnownDataset {
  /// A trainer with hand-written prompts of its own.
  package enum Trainer: String, Sendable {
    case kgCoOp = "KgCoOp"
    case proGrad = "ProGrad"
    case tcp = "TCP"
  }

  /// Returns the prompt that a trainer compares the classes' features with.
  package func comparedTemplate(of trainer: Trainer) -> String {
    switch (trainer, key) {
    case (.kgCoOp, "dtd"), (.tcp, "dtd"): "a photo of a {}, a type of texture."
    case (.proGrad, "dtd"): "a texture of {}."
    case (.proGrad, "oxford-pets"): "a type of pet, a photo of a {}."
    case (.proGrad, "flowers102"): "a type of flower, a photo of a {}."
    case (.proGrad, "fgvc-aircraft"): "a type of aircraft, a photo of a {}."
    case (.proGrad, "food101"): "a type of food, a photo of {}."
    case (.tcp, "fgvc-aircraft"): "a photo of an aircraft {}."
    case (.tcp, "food101"): "a photo of a {}, a type of food."
    default: template
    }
  }

  /// The words of TCP's prompts around a class name: those between the vectors and the name, and those behind it.
  package var wordsOfTCP: (before: String, behind: String) {
    switch key {
    case "oxford-pets", "flowers102", "fgvc-aircraft", "food101", "dtd":
      ("", String(template[(template.firstRange(of: "{}")?.upperBound ?? template.endIndex)...]))
    case "stanford-cars": ("", ", a type of car")
    case "ucf101": ("person doing ", ".")
    default: ("", ".")
    }
  }
}
