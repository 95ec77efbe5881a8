import PromptLensJSONDocuments
import PromptLensPromptLearning
import PromptLensPrompts

extension PromptVerification {
  /// Refuses differences above a limit.
  ///
  /// - Parameters:
  ///   - context: the context's file, for the error.
  ///   - limit: the largest accepted difference.
  /// - Throws: ``ExperimentError/different(path:what:tolerance:)`` naming what differs.
  package func requireAgreement(context: String, within limit: Double) throws(ExperimentError) {
    let failed = differences.filter { !($0.value <= limit) }.map(\.name)
    guard !failed.isEmpty else { return }
    throw .different(path: context, what: failed.joined(separator: " and "), tolerance: limit)
  }

  /// Compares a learned context with files of numbers computed by other software.
  ///
  /// - Parameters:
  ///   - context: a CoOp checkpoint or a context file.
  ///   - expected: `.json` files; one has `classnames` and `image_features`, one may have a `gradient`.
  ///   - model: the model that the context was learned on.
  ///   - position: the position of the class name; nil for the one that the numbers or the context's file have.
  /// - Throws: ``ExperimentError/badTexts(path:reason:)`` for a file without numbers to compare, and errors of reading
  ///   and of the towers.
  package init(context: String, expected: [String], model: OpenedModel, position: ClassPosition? = nil) throws {
    let learned = try ContextFile.read(context)
    let documents = try expected.map { try JSONNode(contentsOf: $0) }
    for document in documents where document["classnames"] == nil && document["gradient"] == nil {
      throw ExperimentError.badTexts(
        path: document.source, reason: "it contains neither classnames nor gradient, so nothing can be compared")
    }
    guard let reference = documents.first(where: { $0["classnames"] != nil }) else {
      throw ExperimentError.badTexts(
        path: expected.first ?? "--expected",
        reason: "it lacks classes and images; also give the file with classnames and image_features, with "
          + "another --expected")
    }
    try self.init(
      clip: model.clip, tokenizer: model.tokenizer(), context: learned, source: context, reference: reference,
      position: position,
      gradient: documents.first { $0["gradient"] != nil })
  }
}
