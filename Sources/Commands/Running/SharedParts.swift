import CLIP
import Evaluation
import PromptLearning
import Synchronization
import Tensors
import Tokenization

/// What runs on one model need not each make again: passes over the same prompts, and classifiers of the same words.
final class SharedParts: Sendable {
  /// Prompts that a pass goes over.
  private struct Prompts: Hashable {
    let classNames: [String]
    let contextLength: Int
    let classPosition: ClassPosition
    let isClassSpecific: Bool
    let tapeLimit: Int?

    init(_ assembly: PromptAssembly, tapeLimit: Int?) {
      classNames = assembly.classNames
      contextLength = assembly.contextLength
      classPosition = assembly.classPosition
      isClassSpecific = assembly.isClassSpecific
      self.tapeLimit = tapeLimit
    }
  }

  /// A pass that nobody uses.
  private struct Idle: @unchecked Sendable {
    // Unchecked: it is in the list while it is in nobody's hands, and in one run's otherwise.
    let pass: PromptPass
  }

  private struct Words: Hashable {
    let classNames: [String]
    let template: String
  }

  private let idle = Mutex<(prompts: Prompts?, passes: [Idle])>((nil, []))
  private let tokenizer = Mutex<Tokenizer?>(nil)
  private let zeroShot = Mutex<[Words: ZeroShotClassifier]>([:])

  /// A pass over prompts: one that a run before gave back, else a new one.
  func borrowPass(over assembly: PromptAssembly, _ encoder: TextEncoder, tapeLimit: Int?) throws -> PromptPass {
    let prompts = Prompts(assembly, tapeLimit: tapeLimit)
    let found = idle.withLock { idle in idle.prompts == prompts ? idle.passes.popLast() : nil }
    return try found?.pass ?? PromptPass(encoder: encoder, tree: PromptTree(assembly.prompts), tapeLimit: tapeLimit)
  }

  /// Takes a pass back; those over other prompts are let go, since their tapes may be large.
  func giveBack(_ pass: PromptPass, over assembly: PromptAssembly, tapeLimit: Int?) {
    let prompts = Prompts(assembly, tapeLimit: tapeLimit)
    let returned = Idle(pass: pass)
    idle.withLock { idle in
      if idle.prompts != prompts { idle = (prompts, []) }
      idle.passes.append(returned)
    }
  }

  /// The classifier of a data set's own template, or of "a photo of a {}.".
  func zeroShotClassifier(of data: LearningData, _ model: OpenedModel) throws -> ZeroShotClassifier {
    let template = try data.template.map { try Template($0) } ?? .photo
    let words = Words(classNames: data.classNames, template: template.text)
    if let found = zeroShot.withLock({ $0[words] }) { return found }
    let made = try ZeroShotClassifier(classNames: data.classNames, templates: [template]) {
      try model.features(ofTexts: $0)
    }
    zeroShot.withLock { $0[words] = made }
    return made
  }

  /// The model's tokenizer.
  func tokenizer(_ model: OpenedModel) throws -> Tokenizer {
    if let found = tokenizer.withLock({ $0 }) { return found }
    let made = try model.tokenizer()
    tokenizer.withLock { $0 = made }
    return made
  }
}
