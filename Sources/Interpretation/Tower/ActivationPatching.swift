import PromptLensCLIP
import PromptLensEvaluation
import PromptLensPrompts
import PromptLensTensors

/// The effect of single activations: the margin when one of the hand-written prompt's activations is replaced by the
/// learned prompt's.
///
/// Both prompts have the same positions; only the context's vectors differ. Each activation of the learned prompt, by
/// layer and position, is put into the run of the hand-written one, and everything behind it computed again. The effect
/// is the margin's change; its share of the two prompts' difference is 1 where the activation carries all of it, as the
/// end token's after the last layer does.
///
/// Sources: Meng et al., "Locating and Editing Factual Associations in GPT" (2022), section 2; Zhang and Nanda, "Towards
/// Best Practices of Activation Patching in Language Models" (2024).
package struct ActivationPatching: Sendable, Equatable {
  /// The positions, in the order of every list.
  package let roles: [PromptRole]
  /// The effect of each site, by depth and role.
  package let effects: [ActivationSite: [[ImageBootstrap.Estimate]]]
  /// The margin of the learned prompt minus that of the hand-written one.
  package let difference: ImageBootstrap.Estimate
  /// The number of images.
  package let images: Int

  /// Patches prompts.
  ///
  /// - Parameters:
  ///   - encoder: the text tower.
  ///   - prompts: the prompts of the classes that images are told apart by.
  ///   - promptRoles: the role of each position of each prompt.
  ///   - contextLength: M.
  ///   - learned: the learned context.
  ///   - handwritten: the hand-written context, of the same shape.
  ///   - images: the images.
  ///   - scale: the factor of cosines in logits.
  ///   - seed: the seed of the images' draws.
  /// - Throws: The tower's errors.
  package init(
    encoder: TextEncoder, prompts: [[PromptElement]], promptRoles: [[PromptRole]], contextLength: Int,
    learned: [Float], handwritten: [Float], images: ImageScorer, scale: Float, seed: UInt64
  ) throws {
    let source = try encoder.activations(prompts, context: learned)
    let base = try encoder.activations(prompts, context: handwritten)
    func margins(_ features: FloatBuffer) throws -> [Float] {
      try withExtendedLifetime(features) {
        try images.scores(classFeatures: features.pointer, classes: prompts.count, scale: scale).margins
      }
    }
    let none = try margins(encoder.features(patching: base, with: base, at: .residual, depth: base.layers, rows: []))
    let all = try margins(
      encoder.features(patching: source, with: source, at: .residual, depth: base.layers, rows: []))
    let roles = PromptRole.all(contextLength: contextLength, hasPadding: !encoder.isCausal).filter { role in
      role == .padding || promptRoles.contains { $0.contains(role) }
    }
    let rest = encoder.isCausal ? PromptRole.end : .padding
    /// Returns the rows of a role, shared ones once.
    func rows(of role: PromptRole) -> [Int] {
      Set(
        zip(base.rows, promptRoles).flatMap { rows, roles in
          // A class embedding that is read behind the end token counts as the end.
          rows.enumerated().compactMap {
            $0 < roles.count && roles[$0] == role || $0 >= roles.count && role == rest ? $1 : nil
          }
        }
      ).sorted()
    }
    let targets = roles.map(rows)
    let tasks = ActivationSite.allCases.flatMap { site in
      base.depths(of: site).flatMap { depth in
        roles.indices.map { (site: site, depth: depth, role: $0) }
      }
    }
    let columns = try Parallel.map(tasks.count) { index -> [Float] in
      let task = tasks[index]
      // What both prompts have in common, as the start token's activations, changes nothing.
      guard
        !base.equals(source, at: task.site, depth: task.depth, rows: targets[task.role], width: encoder.width)
      else { return [Float](repeating: 0, count: none.count) }
      let features = try encoder.features(
        patching: base, with: source, at: task.site, depth: task.depth, rows: targets[task.role])
      let patched = try withExtendedLifetime(features) {
        try images.scores(classFeatures: features.pointer, classes: prompts.count, scale: scale).margins
      }
      return zip(patched, none).map { $0 - $1 }
    }
    let bootstrap = ImageBootstrap(images: none.count, resamples: 1000, seed: seed)
    let found = try bootstrap.estimates(columns)
    var effects: [ActivationSite: [[ImageBootstrap.Estimate]]] = [:]
    for site in ActivationSite.allCases {
      effects[site] = base.depths(of: site).map { depth in
        tasks.indices.filter { tasks[$0].site == site && tasks[$0].depth == depth }.map { found[$0] }
      }
    }
    difference = try bootstrap.estimates([zip(all, none).map { $0 - $1 }])[0]
    self.effects = effects
    self.roles = roles
    self.images = none.count
  }

  /// Returns an effect's share of the difference; `nil` if the prompts don't differ beyond rounding.
  package func share(_ effect: ImageBootstrap.Estimate) -> Double? {
    abs(difference.value) > EffectUnit.margin.rounding ? effect.value / difference.value : nil
  }
}
