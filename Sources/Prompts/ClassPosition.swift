/// Where the class name stands among a prompt's context vectors.
package enum ClassPosition: String, Sendable, CaseIterable {
  /// After all of them: `[V]1 … [V]M CLASS .`
  case end
  /// Between the halves, the first being the smaller of an odd number: `[V]1 … [V]⌊M/2⌋ CLASS … [V]M .`
  case middle
  /// Before all of them: `CLASS [V]1 … [V]M .`
  case front
}
