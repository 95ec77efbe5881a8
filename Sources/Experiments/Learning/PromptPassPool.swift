import PromptLensPrompts
import PromptLensCLIP
import PromptLensEvaluation
import PromptLensPromptLearning
import Synchronization
import PromptLensTensors
import PromptLensTokenization

/// A pool of resources that runs on one model share: passes over the same prompts, and zero-shot classifiers.
package final class PromptPassPool: Sendable {
  /// The prompts of a pass.
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

  /// An idle pass.
  private struct Idle: @unchecked Sendable {
    // Unchecked: it is either in the list or used by one run.
    let prompts: Prompts
    let pass: PromptPass
  }

  /// The key of a group's passes: its runs may use several models, each of which has a pool.
  private struct MemberKey: Hashable {
    let pool: ObjectIdentifier
    let prompts: Prompts
  }

  private struct Words: Hashable {
    let classNames: [String]
    let template: String
  }

  /// The maximum memory in bytes of idle passes over other prompts than the last ones.
  private static let spareBytes = 256 << 20

  /// The idle passes, in the order in which they were returned.
  private let idle = Mutex<[Idle]>([])
  private let tokenizer = Mutex<(any Tokenizer)?>(nil)
  private let zeroShot = Mutex<[Words: ZeroShotClassifier]>([:])
  private let diverse = Mutex<[[String]: Tensor]>([:])
  private let ranks: PassRanks?

  /// Creates an empty pool.
  ///
  /// - Parameter ranks: The processes that passes are divided among; `nil` for this one alone.
  package init(ranks: RunRanks? = nil) { self.ranks = ranks?.passes }

  /// Calls `body` with passes over prompts.
  ///
  /// - Parameters:
  ///   - count: the number of passes.
  ///   - assembly: the prompts.
  ///   - encoder: the text tower.
  ///   - tapeLimit: the bytes that each pass may take; nil for no limit.
  ///   - member: the member of a group that takes the passes, which a single pass joins unless memory is limited or other
  ///     processes take part; nil for a run that isn't in a group.
  ///   - body: the closure that uses the passes.
  /// - Returns: the result of `body`.
  /// - Throws: the errors of preparing passes and of `body`.
  func withPasses<Result>(
    _ count: Int, over assembly: PromptAssembly, _ encoder: TextEncoder, tapeLimit: Int?,
    in member: PassGroup.Member?, _ body: ([any ContextPass]) throws -> Result
  ) throws -> Result {
    if let member, count == 1, tapeLimit == nil, ranks == nil {
      let key = MemberKey(pool: ObjectIdentifier(self), prompts: Prompts(assembly, tapeLimit: nil))
      let pass = try member.pass(over: key, encoder, encoder.tree(assembly.prompts))
      defer { pass.leave() }
      return try body([pass])
    }
    let passes = try borrowPasses(count, over: assembly, encoder, tapeLimit: tapeLimit)
    defer { giveBack(passes, over: assembly, tapeLimit: tapeLimit) }
    return try body(passes)
  }

  /// Returns passes over prompts: those that earlier runs returned, and new ones if needed.
  private func borrowPasses(
    _ count: Int, over assembly: PromptAssembly, _ encoder: TextEncoder, tapeLimit: Int?
  ) throws -> [PromptPass] {
    let prompts = Prompts(assembly, tapeLimit: tapeLimit)
    let found = idle.withLock { idle -> [Idle] in
      let matching = idle.indices.filter { idle[$0].prompts == prompts }.suffix(count)
      let found = matching.map { idle[$0] }
      for index in matching.reversed() { idle.remove(at: index) }
      Self.release(&idle, inFavorOf: prompts)
      return found
    }
    let missing = try (found.count..<count).map { _ in
      try PromptPass(encoder: encoder, tree: encoder.tree(assembly.prompts), tapeLimit: tapeLimit, ranks: ranks)
    }
    return found.map(\.pass) + missing
  }

  /// Takes back borrowed passes.
  private func giveBack(_ passes: [PromptPass], over assembly: PromptAssembly, tapeLimit: Int?) {
    let prompts = Prompts(assembly, tapeLimit: tapeLimit)
    let returned = passes.map { Idle(prompts: prompts, pass: $0) }
    idle.withLock { idle in
      idle += returned
      Self.release(&idle, inFavorOf: prompts)
    }
  }

  /// Releases passes over other prompts, the oldest first, until the rest fits the spare memory; under a memory limit,
  /// which belongs to a single run, all of them are released.
  private static func release(_ idle: inout [Idle], inFavorOf prompts: Prompts) {
    var left = prompts.tapeLimit == nil ? spareBytes : 0
    var kept: [Idle] = []
    for candidate in idle.reversed() {
      guard candidate.prompts != prompts else {
        kept.append(candidate)
        continue
      }
      left -= candidate.pass.byteCount
      if left >= 0 { kept.append(candidate) }
    }
    idle = kept.reversed()
  }

  /// Returns the classifier of a template: the given one, the data set's own, or "a photo of a {}.".
  package func zeroShotClassifier(
    of data: LearningData, _ model: OpenedModel, template: String? = nil
  ) throws -> ZeroShotClassifier {
    let template = try (template ?? data.template).map { try Template($0) } ?? .photo
    let words = Words(classNames: data.classNames, template: template.text)
    if let found = zeroShot.withLock({ $0[words] }) { return found }
    let made = try ZeroShotClassifier(classNames: data.classNames, templates: [template]) {
      try model.features(ofTexts: $0)
    }
    zeroShot.withLock { $0[words] = made }
    return made
  }

  /// Returns the unit means of classes' features over PromptSRC's templates, `[classes, embedDimension]`.
  func diverseAnchor(_ classNames: [String], _ model: OpenedModel) throws -> Tensor {
    if let found = diverse.withLock({ $0[classNames] }) { return found }
    let rows = try DeepLearning.mean(DeepLearning.diverseTemplates, classNames, model)
    let made = try Tensor(rows.rows, shape: [rows.count, rows.width], name: "mean of templates")
    diverse.withLock { $0[classNames] = made }
    return made
  }

  /// Returns the model's tokenizer.
  package func tokenizer(_ model: OpenedModel) throws -> any Tokenizer {
    if let found = tokenizer.withLock({ $0 }) { return found }
    let made = try model.tokenizer()
    tokenizer.withLock { $0 = made }
    return made
  }
}
