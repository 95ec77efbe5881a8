import CLIP
import Evaluation
import PromptLearning
import Synchronization
import Tensors

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

  /// The classifier that a template makes of classes.
  func zeroShotClassifier(
    _ classNames: [String], template: Template, _ model: OpenedModel
  ) throws -> ZeroShotClassifier {
    let words = Words(classNames: classNames, template: template.text)
    if let found = zeroShot.withLock({ $0[words] }) { return found }
    let made = try ZeroShotClassifier(classNames: classNames, templates: [template]) { try model.features(ofTexts: $0) }
    zeroShot.withLock { $0[words] = made }
    return made
  }
}
