import PromptLensTensorFiles

/// The choice of one of several state dicts that a training checkpoint holds.
///
/// Weights can be there plain and averaged (`model`, `ema`), or as a student's and a teacher's. The plain ones are taken
/// unless the user names others, and what was taken is said.
struct StateDictChoice {
  /// The prefixes of the state dicts' names, dots included, the one that is taken first.
  let prefixes: [String]
  /// The names of the state dicts, in the same order, for people and for `--weights`.
  var names: [String] { prefixes.map(Self.name) }

  /// Parts of names that say that weights are averages, or a model's that another one learns from.
  private static let secondary = ["ema", "teacher", "average", "averaged", "swa", "momentum", "shadow"]

  /// Orders state dicts.
  ///
  /// - Parameters:
  ///   - prefixes: the text before the tensors' names of each.
  ///   - asked: the name that the user chose, nil for none.
  ///   - path: the file, for errors.
  /// - Throws: ``CheckpointError/missing(path:object:expected:)`` when the file doesn't hold the one that was chosen.
  init(_ prefixes: [String], asked: String?, path: String) throws(CheckpointError) {
    func isSecondary(_ prefix: String) -> Bool {
      prefix.lowercased().split { $0 == "." || $0 == "_" || $0 == "/" }.contains { Self.secondary.contains(String($0)) }
    }
    let ordered = Set(prefixes).sorted { left, right in
      let (first, second) = (isSecondary(left), isSecondary(right))
      if first != second { return second }
      return (left.utf8.count, left) < (right.utf8.count, right)
    }
    guard let asked else {
      self.prefixes = ordered
      return
    }
    guard let chosen = ordered.first(where: { Self.name($0) == asked || $0 == asked || $0 == asked + "." }) else {
      let names = ordered.map(Self.name).joined(separator: ", ")
      throw .missing(path: path, object: "the state dict \(asked)", expected: "one of \(names)")
    }
    self.prefixes = [chosen] + ordered.filter { $0 != chosen }
  }

  /// Returns whether a tensor belongs to the state dict that is taken, by its name.
  func owns(_ tensor: String) -> Bool {
    let own = prefixes[0]
    return tensor.hasPrefix(own)
      && !prefixes.dropFirst().contains { $0.utf8.count > own.utf8.count && tensor.hasPrefix($0) }
  }

  /// Returns the name of a state dict: its prefix without dots and wrappers' names; `root` for none.
  private static func name(_ prefix: String) -> String {
    let pieces = prefix.split { $0 == "." || $0 == "/" }.filter { $0 != "module" && $0 != "_orig_mod" }
    return pieces.isEmpty ? "root" : pieces.joined(separator: ".")
  }
}
