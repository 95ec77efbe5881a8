import PromptLensFeatures
import PromptLensEvaluation

/// The classes that data share with a prompt or a classifier, to which both are restricted.
package struct SharedClasses {
  /// The label of each of the data's classes among the known classes; nil if it isn't among them.
  package let labels: [Int?]
  /// The shared classes among the known ones, ascending.
  package let classes: [Int]
  /// The names of these classes.
  package let classNames: [String]
  /// The data's classes that aren't among the known ones.
  package let unknown: [String]

  /// Matches the classes of data.
  ///
  /// - Parameters:
  ///   - target: the data's classes.
  ///   - known: the prompt's or the classifier's.
  ///   - map: a file of matching classes; nil for none.
  /// - Throws: `EvaluationError` when no class is shared, or a name is ambiguous.
  package init(_ target: ClassMatching.Classes, among known: ClassMatching.Classes, map: ClassMap? = nil)
    throws(EvaluationError)
  {
    let matching = try ClassMatching(target: target, source: known, pairs: map?.pairs ?? [])
    labels = matching.sourceLabels
    classes = matching.shared
    classNames = classes.map { known.names[$0] }
    unknown = zip(target.names, labels).filter { $1 == nil }.map(\.0)
    guard !classes.isEmpty else {
      throw .noSharedClass(
        target: target.owner, targetClasses: target.names, source: known.owner, sourceClasses: known.names)
    }
  }

  /// Returns the images of shared classes, labeled by their indices in ``classes``.
  package func images(of all: LabeledFeatures) throws -> LabeledFeatures {
    let indices = Dictionary(uniqueKeysWithValues: zip(classes, classes.indices))
    return try all.relabeled(labels.map { $0.flatMap { indices[$0] } }, classNames: classNames)
  }

  /// Reports the omitted classes, and whether only one class is left.
  package func noteLeftOut(_ name: String, to observer: ExperimentObserver) {
    if classes.count == 1 { observer.note("note: \(name): only one shared class, so the accuracy is 100 %") }
    guard !unknown.isEmpty else { return }
    observer.note(
      "note: \(name): images of \(unknown.count) \(unknown.count == 1 ? "class" : "classes") outside the classifier are omitted: "
        + "\(unknown.prefix(3).joined(separator: ", "))\(unknown.count > 3 ? ", …" : "")")
  }
}
