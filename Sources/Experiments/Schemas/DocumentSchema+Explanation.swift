// The patches of images that count.

extension DocumentSchema {
  /// A curve of probabilities.
  private static let curve = SchemaValue.object([("area", .number), ("curve", .list(.share))])

  /// A mean difference over images.
  private static let imageDifference = SchemaValue.object([
    ("mean", .number), ("low", .nullable(.number)), ("high", .nullable(.number)),
  ])

  private static let classifiers = SchemaValue.choice(ExplainedClassifier.allCases.map(\.rawValue))
  private static let methods = SchemaValue.choice(ExplanationMethod.allCases.map(\.rawValue))

  static let explained = SchemaValue.object(
    joined(
      [
        ("path", .text), ("class", .text), ("against", .nullable(.text)), ("method", methods),
        ("classifier", classifiers), ("probability", .share), ("value", .number), ("patches", .numbers),
        ("prompt_relevance", .nullable(.number)),
      ],
      [
        ("baseline_value", .nullable(.number)), ("completeness_error", .nullable(.number)),
        ("points", .nullable(.integer)), ("shares", .list(.share)), ("deletion", curve), ("insertion", curve),
        ("random", .object([("orders", .integer), ("deletion", curve), ("insertion", curve)])),
        ("deletion_difference", seedSummary), ("insertion_difference", seedSummary), ("picture", .text),
        ("overlay", .text),
      ]))

  static let explainedSummary = SchemaValue.list(
    .object([
      ("classifier", classifiers), ("images", .integer), ("deletion", .number), ("random_deletion", .number),
      ("deletion_difference", imageDifference), ("insertion", .number), ("random_insertion", .number),
      ("insertion_difference", imageDifference),
    ]))

  static let explanation = DocumentSchema(
    name: "explanation", files: "explanation.json of promptlens predict --explain",
    required: document(
      "promptlens-explanation",
      [
        ("prompt", .text), ("model_fingerprint", .sha256), ("template", .nullable(.text)), ("method", methods),
        ("explanations", .list(explained)),
        ("summary", explainedSummary), ("skipped", .list(.text)),
      ]), optional: [("is_classifier", .boolean)])
}
