import Reporting

/// Which classes of other data a classifier knows: they are matched by name, with spaces for underscores, in small letters.
struct ClassMatch {
  /// The classifier's classes that the data have, in the data's order.
  let classes: [Int]
  /// The data's classes that the classifier has: their new labels are places in ``classes``.
  let kept: [Int]
  /// The data's classes that the classifier has not.
  let unknown: [String]

  /// Matches classes.
  ///
  /// - Parameters:
  ///   - known: the classifier's classes.
  ///   - source: what the classifier is called.
  ///   - target: the data's classes.
  ///   - name: what the data are called.
  /// - Throws: ``CommandError/noSharedClasses(source:target:)`` when there is none to choose from.
  init(known: [String], of source: String, target: [String], in name: String) throws(CommandError) {
    func key(_ name: String) -> String { name.replacing("_", with: " ").lowercased() }
    var places: [String: Int] = [:]
    for (label, name) in known.enumerated() where places[key(name)] == nil { places[key(name)] = label }
    // Data in which two classes are called alike follow the classifier, where the same two may stand in order.
    let found = target == known ? Array(known.indices).map { $0 as Int? } : target.map { places[key($0)] }
    kept = target.indices.filter { found[$0] != nil }
    classes = found.compactMap { $0 }
    unknown = zip(target, found).filter { $1 == nil }.map(\.0)
    guard !classes.isEmpty else { throw .noSharedClasses(source: source, target: name) }
  }

  /// Says on standard error whose images are left out.
  func noteLeftOut(_ name: String) {
    guard !unknown.isEmpty else { return }
    Console.note(
      "note: \(name): images of \(unknown.count.grouped) classes that the classifier has not are left out: "
        + "\(unknown.prefix(3).joined(separator: ", "))\(unknown.count > 3 ? ", …" : "")")
  }
}
