import Foundation
import PromptLensExperiments
import PromptLensJSONDocuments
import PromptLensPromptLearning
import PromptLensReporting

extension Results {
  /// Creates the results of checking a model's features.
  ///
  /// - Parameters:
  ///   - checks: the checks.
  ///   - model: the model's folder as given.
  ///   - fingerprint: the fingerprint of its weights.
  package init(_ checks: [FeatureCheck], of model: String, fingerprint: String) {
    var table = Table(
      title: "weights unchanged: fingerprint \(fingerprint.prefix(12))…",
      columns: [
        .text("features"), .number("count"), .number("largest difference"), .number("mean difference"),
        .number("tolerance"), .text("verdict"),
      ])
    var csv = Table(
      columns: [
        .text("features"), .number("count"), .number("largest_difference"), .number("mean_difference"),
        .number("tolerance"), .text("agrees"),
      ])
    for check in checks {
      csv.append(
        check.name, "\(check.difference.count)", "\(check.difference.largest)", "\(check.difference.mean)",
        "\(check.tolerance)", "\(check.agrees)")
      table.append(
        check.name, "\(check.difference.count)", check.difference.largest.scientific, check.difference.mean.scientific,
        check.tolerance.scientific, check.verdict)
    }
    let json: JSON = [
      "model": .string(model), "agrees": .bool(checks.allSatisfy(\.agrees)), "fingerprint": .string(fingerprint),
      "checks": .array(checks.map(\.json)),
    ]
    self.init(json: json, tables: [table], csv: csv)
  }
}

extension PromptVerification {
  /// Returns the differences as a table and data.
  ///
  /// - Parameter tolerance: the largest accepted difference.
  /// - Returns: a row for each comparison.
  package func results(tolerance: Double) -> Results {
    var json = JSON.Object()
    var table = Table(columns: [.text("compared"), .number("difference"), .text("")])
    var csv = Table(columns: [.text("compared"), .number("difference"), .number("tolerance"), .text("agrees")])
    for (name, difference) in differences {
      json[name] = .number(difference)
      table.append(name, String(format: "%.2e", difference), difference <= tolerance ? "same" : "different")
      csv.append(name, "\(difference)", "\(tolerance)", "\(difference <= tolerance)")
    }
    json["tolerance"] = .number(tolerance)
    return Results(json: .object(json), tables: [table], csv: csv)
  }
}
