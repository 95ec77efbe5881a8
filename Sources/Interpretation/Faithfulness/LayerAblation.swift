import PromptLensEvaluation

/// A tower whose prompts are taken away.
package enum PromptedTower: String, Sendable, CaseIterable {
  /// The text tower.
  case text
  /// The image tower.
  case image
  /// Both at once.
  case both
}

/// The effects of the prompts of each layer and of each tower, found by taking them away.
///
/// With F the accuracy or the mean margin of images: `without` is F(all prompts) − F(all but these), `alone` is F(these
/// alone) − F(no prompts), and `initial` is F(all) − F(these as training began with them). Without a layer's prompts the tower
/// has what it would have there: before the first block of the text tower the words as written, before a deeper block the
/// states that come out of the one before, and in the image tower no tokens until a block that has some. Every effect is a
/// mean over the same images, with and without, whose interval comes from drawing images anew.
package struct LayerAblation: Sendable {
  /// Prompts that are taken away together: those of a layer, or of a tower.
  package struct Part: Sendable, Hashable {
    /// The tower.
    package let tower: PromptedTower
    /// The index of the block; nil for all of the tower.
    package let block: Int?

    /// Creates a part.
    package init(_ tower: PromptedTower, block: Int? = nil) {
      self.tower = tower
      self.block = block
    }
  }

  /// The scores of the images with some prompts.
  package struct Scores: Sendable {
    /// The scores with all prompts but a part's.
    package let without: ContextScores
    /// The scores with a part's prompts alone.
    package let alone: ContextScores
    /// The scores with a part's prompts as training began with them; nil where that isn't known.
    package let initial: ContextScores?

    /// Creates scores.
    package init(without: ContextScores, alone: ContextScores, initial: ContextScores?) {
      self.without = without
      self.alone = alone
      self.initial = initial
    }
  }

  /// The effects of a part's prompts.
  package struct Effect: Sendable {
    /// The part.
    package let part: Part
    /// The loss without them.
    package let without: UnitPair<ImageBootstrap.Estimate>
    /// The gain from them alone.
    package let alone: UnitPair<ImageBootstrap.Estimate>
    /// The loss with the initial ones in their place; nil if these aren't known.
    package let initial: UnitPair<ImageBootstrap.Estimate>?
    /// The probabilities of ``without``, by Holm's correction for all parts of the same kind, layers or towers.
    package internal(set) var correctedP: UnitPair<Double>

    /// Returns whether the loss without them is shown: its interval leaves out 0 and its corrected probability is below 0.05.
    package func isShown(_ unit: EffectUnit) -> Bool {
      without[unit].isClear && correctedP[unit] < 0.05 && abs(without[unit].value) > unit.rounding
    }
  }

  /// F with all prompts.
  package let whole: UnitPair<Double>
  /// F without any.
  package let nothing: UnitPair<Double>
  /// The difference of both: what is to be explained.
  package let added: UnitPair<ImageBootstrap.Estimate>
  /// The effects of whole towers.
  package let towers: [Effect]
  /// The effects of layers.
  package let layers: [Effect]

  /// Estimates effects.
  ///
  /// - Parameters:
  ///   - whole: the scores with all prompts.
  ///   - nothing: the scores without any.
  ///   - parts: the scores of each part, in order.
  ///   - seed: the seed of the draws.
  /// - Throws: `EvaluationError` when there are no images.
  package init(
    whole: ContextScores, nothing: ContextScores, parts: [(part: Part, scores: Scores)], seed: UInt64
  ) throws {
    let bootstrap = ImageBootstrap(images: whole.margins.count, seed: seed)
    func estimates(_ differences: [ContextScores]) throws -> [UnitPair<ImageBootstrap.Estimate>] {
      let found = try UnitPair { unit in try bootstrap.estimates(differences.map { $0[unit] }) }
      return differences.indices.map { index in UnitPair { found[$0][index] } }
    }
    let without = try estimates(parts.map { whole.subtracting($0.scores.without) })
    let alone = try estimates(parts.map { $0.scores.alone.subtracting(nothing) })
    let known = parts.compactMap(\.scores.initial)
    let initial = known.count == parts.count ? try estimates(known.map { whole.subtracting($0) }) : nil
    var effects = parts.indices.map { index in
      Effect(
        part: parts[index].part, without: without[index], alone: alone[index], initial: initial?[index],
        correctedP: UnitPair { without[index][$0].p })
    }
    for isLayer in [false, true] {
      let family = effects.indices.filter { (effects[$0].part.block != nil) == isLayer }
      let corrected = UnitPair { unit in HolmCorrection.corrected(family.map { without[$0][unit].p }) }
      for (rank, index) in family.enumerated() { effects[index].correctedP = UnitPair { corrected[$0][rank] } }
    }
    self.whole = UnitPair { whole.mean($0) }
    self.nothing = UnitPair { nothing.mean($0) }
    added = try estimates([whole.subtracting(nothing)])[0]
    towers = effects.filter { $0.part.block == nil }
    layers = effects.filter { $0.part.block != nil }
  }
}
