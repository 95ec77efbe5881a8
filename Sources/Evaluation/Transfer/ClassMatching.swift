/// An assignment of a target's classes to a source's classes.
///
/// Source and target may name their classes differently, and either may have classes that the other lacks: a classifier
/// is then restricted to the shared classes, and every result gives their number.
package struct ClassMatching: Sendable, Equatable {
  /// The classes to match.
  package struct Classes: Sendable, Equatable {
    /// The data set or prompt of the classes, for errors.
    package let owner: String
    /// The names, by label.
    package let names: [String]
    /// The WordNet ids by label, if known.
    package let identifiers: [String]?

    /// Creates the classes of a data set or a prompt.
    ///
    /// - Parameters:
    ///   - owner: the data set or prompt of the classes.
    ///   - names: the names, by label.
    ///   - identifiers: the WordNet ids by label, if known.
    package init(owner: String, names: [String], identifiers: [String]? = nil) {
      self.owner = owner
      self.names = names
      self.identifiers = identifiers?.count == names.count ? identifiers : nil
    }

    /// Returns a Boolean value that indicates whether these classes equal another list's in the same order, by their
    /// names, and by WordNet ids if both have them.
    func isList(of other: Classes) -> Bool {
      names == other.names && (identifiers == nil || other.identifiers == nil || identifiers == other.identifiers)
    }
  }

  /// A target's class with the source's class that it matches; nil if the source has no such class.
  package struct Pair: Sendable, Equatable {
    /// The target's class: its name or WordNet id.
    package let target: String
    /// The source's class: its name or WordNet id.
    package let source: String?

    /// Creates a pair.
    ///
    /// - Parameters:
    ///   - target: the target's class.
    ///   - source: the source's class; nil for none.
    package init(target: String, source: String?) {
      self.target = target
      self.source = source
    }
  }

  /// The source's label of each of the target's classes; nil if the source has no such class.
  package let sourceLabels: [Int?]

  /// Matches classes: by the given pairs, else by WordNet ids if both have them, else by names, ignoring case,
  /// underscores and repeated spaces. Lists of the same names in the same order are the same classes, even with
  /// repeated names.
  ///
  /// - Parameters:
  ///   - target: the target's classes.
  ///   - source: the source's.
  ///   - pairs: given pairs of classes; pairs for other targets' classes are ignored.
  /// - Throws: ``EvaluationError/duplicateClasses(owner:name:)`` when two classes have a name that is needed for
  ///   matching, ``EvaluationError/unknownClass(name:owner:known:)`` for a pair with a class that the source doesn't
  ///   have.
  package init(target: Classes, source: Classes, pairs: [Pair] = []) throws(EvaluationError) {
    if pairs.isEmpty, target.isList(of: source) {
      sourceLabels = Array(source.names.indices)
      return
    }
    let byName = Self.index(source.names.map(Self.key))
    let byIdentifier = source.identifiers.map { Self.index($0) }
    var chosen: [String: Int?] = [:]
    for pair in pairs {
      var label: Int?
      if let name = pair.source {
        label = try Self.label(of: name, in: source, byName, byIdentifier)
        guard label != nil else {
          throw .unknownClass(name: name, owner: source.owner, known: source.names)
        }
      }
      chosen[Self.key(pair.target)] = .some(label)
    }
    let targetNames = Self.index(target.names.map(Self.key))
    var sourceLabels: [Int?] = []
    for (label, name) in target.names.enumerated() {
      let identifier = target.identifiers?[label]
      if let byHand = identifier.flatMap({ chosen[Self.key($0)] }) ?? chosen[Self.key(name)] {
        sourceLabels.append(byHand)
      } else if let byIdentifier, let identifier {
        sourceLabels.append(byIdentifier[identifier]?.first)
      } else {
        guard targetNames[Self.key(name)]?.count == 1 else {
          throw .duplicateClasses(owner: target.owner, name: name)
        }
        sourceLabels.append(try Self.label(of: name, in: source, byName, byIdentifier))
      }
    }
    self.sourceLabels = sourceLabels
  }

  /// The source's labels that match a class of the target, ascending.
  package var shared: [Int] { Set(sourceLabels.compactMap { $0 }).sorted() }

  /// Returns the target class of the first pair that isn't a class of any target.
  ///
  /// - Parameters:
  ///   - pairs: given pairs of classes.
  ///   - targets: the targets' classes.
  /// - Returns: its name; nil if all are known.
  package static func firstUnknown(_ pairs: [Pair], in targets: [Classes]) -> String? {
    let known = Set(targets.flatMap { $0.names.map(key) + ($0.identifiers ?? []).map(key) })
    return pairs.first { !known.contains(key($0.target)) }?.target
  }

  /// Returns the label of a source's class by its name or id.
  private static func label(
    of name: String, in source: Classes, _ byName: [String: [Int]], _ byIdentifier: [String: [Int]]?
  ) throws(EvaluationError) -> Int? {
    if let label = byIdentifier?[name]?.first { return label }
    let labels = byName[key(name)] ?? []
    guard labels.count < 2 else { throw .duplicateClasses(owner: source.owner, name: name) }
    return labels.first
  }

  private static func index(_ names: [String]) -> [String: [Int]] {
    Dictionary(names.enumerated().map { ($0.element, [$0.offset]) }, uniquingKeysWith: +)
  }

  /// Returns a name normalized for comparison.
  package static func key(_ name: String) -> String {
    name.lowercased().split { $0 == "_" || $0.isWhitespace }.joined(separator: " ")
  }
}
