import PromptLensTensorFiles

/// The position of the class name among a prompt's context vectors.
package enum ClassPosition: String, Sendable, CaseIterable {
  /// After all of them: `[V]1 … [V]M CLASS .`
  case end
  /// Between the halves, the first being the smaller of an odd number: `[V]1 … [V]⌊M/2⌋ CLASS … [V]M .`
  case middle
  /// Before all of them: `CLASS [V]1 … [V]M .`
  case front
}

extension ClassPosition {
  /// Reads the position that a file names.
  ///
  /// - Parameters:
  ///   - text: the name, nil where the file doesn't say.
  ///   - source: the file, for errors.
  /// - Returns: the position, nil where the file doesn't say.
  /// - Throws: ``TensorFileError/unexpected(path:object:expected:found:)`` for any other name.
  static func named(_ text: String?, in source: String) throws(TensorFileError) -> ClassPosition? {
    guard let text else { return nil }
    guard let position = ClassPosition(rawValue: text) else {
      throw .unexpected(
        path: source, object: "the class position", expected: "end, middle or front", found: text)
    }
    return position
  }
}
