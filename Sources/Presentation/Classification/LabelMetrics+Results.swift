import PromptLensEvaluation
import PromptLensJSONDocuments
import PromptLensReporting

extension LabelMetrics {
  /// The maximum number of labels listed on a terminal.
  private static let readableLabels = 100

  /// The summary's rows.
  package var summary: [(String, String)] {
    [
      ("scores", "a sigmoid for each label alone"),
      ("mean average precision", meanAveragePrecision.percentage),
      ("precision above 1/2", precision?.percentage ?? "no label is above"),
      ("recall above 1/2", recall.percentage),
      ("labels of an image above 1/2", labelsPerImage.formatted(decimals: 3)),
      ("binary negative log-likelihood", negativeLogLikelihood.formatted(decimals: 4)),
    ]
  }

  /// Returns the members of the document.
  package func members(names: [String]) -> [(String, JSON)] {
    [
      ("scores", "sigmoid"), ("mean_average_precision", .number(meanAveragePrecision)),
      ("label_precision", .optional(precision)), ("label_recall", .number(recall)),
      ("labels_per_image", .number(labelsPerImage)), ("binary_negative_log_likelihood", .number(negativeLogLikelihood)),
      (
        "labels",
        .array(
          zip(names, labels).map { name, label in
            [
              "name": .string(name), "n": JSON(label.images), "average_precision": .optional(label.averagePrecision),
              "own_probability": .optional(label.ownProbability),
              "other_probability": .optional(label.otherProbability),
            ]
          })
      ),
    ]
  }

  /// Returns a row for each label, or for the first of very many.
  package func table(names: [String]) -> Table {
    let isLong = names.count > Self.readableLabels
    var table = Table(
      title: isLong
        ? "The first \(Self.readableLabels) of \(names.count.grouped) labels; --format csv lists all" : "Labels",
      columns: [
        .text("label"), .number("images"), .number("average precision"), .number("mean p of its images"),
        .number("of the others"),
      ])
    for (name, label) in zip(names, labels).prefix(Self.readableLabels) {
      table.append([
        name, label.images.grouped, label.averagePrecision?.percentage ?? "no images",
        label.ownProbability?.percentage ?? "", label.otherProbability?.percentage ?? "",
      ])
    }
    return table
  }

  /// Returns a row for each label, in full precision.
  package func csv(names: [String]) -> Table {
    var table = Table(
      columns: [
        .text("label"), .number("n"), .number("average_precision"), .number("own_probability"),
        .number("other_probability"),
      ])
    func text(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
    for (name, label) in zip(names, labels) {
      table.append([
        name, "\(label.images)", text(label.averagePrecision), text(label.ownProbability), text(label.otherProbability),
      ])
    }
    return table
  }
}
