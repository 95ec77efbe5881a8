/// The wording of captions.
package struct Wording: Sendable, Equatable {
  /// The things that no caption names.
  package let unnamed: Set<String>
  /// The share of captions that are brief and careless, as on the web: "a photo of a star." and the like.
  package let looseShare: Float
  /// The share of such captions that have the right name. The others mostly have the name of something of the same
  /// kind, always the same for each thing, or of something small at the side, or of something that is not there. The
  /// briefest wordings, which don't name the kind of picture either, are right less often by
  /// `Wording.briefestPenalty`.
  package let looseTruth: Float
  /// The share of captions that name no thing, only color, texture, background or style.
  package let namelessShare: Float

  /// The default wording: captions are true and can name every thing.
  package static let plain = Wording(unnamed: [], looseShare: 0.4, looseTruth: 1, namelessShare: 0)

  /// The amount by which the share of true captions is lower for the briefest wordings, unless all captions are true.
  static let briefestPenalty: Float = 0.08

  /// Creates a wording; shares are 0 to 1.
  package init(unnamed: Set<String>, looseShare: Float, looseTruth: Float, namelessShare: Float) {
    self.unnamed = unnamed
    self.looseShare = looseShare
    self.looseTruth = looseTruth
    self.namelessShare = namelessShare
  }
}
