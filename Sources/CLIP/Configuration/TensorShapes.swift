import PromptLensTensors

/// The shapes of a source's tensors, from which a configuration is inferred.
package struct TensorShapes {
  /// The names of all tensors.
  package let names: Set<String>
  private let source: any TensorSource

  /// Creates the shapes of a source.
  package init(of source: some TensorSource) {
    self.source = source
    names = Set(source.names)
  }

  /// Returns the shape of a tensor of `rank` axes.
  ///
  /// - Parameters:
  ///   - name: the tensor's name.
  ///   - rank: the number of its axes.
  /// - Returns: the sizes of the axes.
  /// - Throws: ``CLIPError`` when the tensor is missing or has another number of axes.
  package func shape(_ name: String, rank: Int) throws -> [Int] {
    guard names.contains(name) else { throw CLIPError.missingTensor(source: source.origin, name: name) }
    let shape = try source.description(of: name).shape.dimensions
    guard shape.count == rank else {
      throw CLIPError.wrongShape(
        source: source.origin, name: name, expected: [Int](repeating: -1, count: rank), found: shape)
    }
    return shape
  }

  /// Returns the number of different numbers that follow a prefix, such as that of a tower's layers.
  package func count(_ prefix: String) -> Int {
    Set(names.compactMap { $0.hasPrefix(prefix) ? Int($0.dropFirst(prefix.count).prefix { $0 != "." }) : nil }).count
  }
}
