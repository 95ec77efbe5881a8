import PromptLensTensorFiles

/// The position of the class name among a prompt's context vectors.
package enum ClassPosition: String, Sendable, CaseIterable {
  /// The class name after all context vectors: `[V]1 … [V]M CLASS .`
  case end
  /// The class name between the halves, of which the first is the smaller one for odd M: `[V]1 … [V]⌊M/2⌋ CLASS … [V]M
  /// .`
  case middle
  /// The class name before all context vectors: `CLASS [V]1 … [V]M .`
  case front
}

extension ClassPosition {
  /// Parses the position in a file.
  ///
  /// - Parameters:
  ///   - text: the name; nil if the file has none.
  ///   - source: the file, for errors.
  /// - Returns: the position; nil if the file has none.
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
