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
    for check in checks {
      table.append(
        check.name, "\(check.difference.count)", check.difference.largest.scientific, check.difference.mean.scientific,
        check.tolerance.scientific, check.verdict)
    }
    let json: JSON = [
      "model": .string(model), "agrees": .bool(checks.allSatisfy(\.agrees)), "fingerprint": .string(fingerprint),
      "checks": .array(checks.map(\.json)),
    ]
    self.init(json: json, tables: [table])
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
    for (name, difference) in differences {
      json[name] = .number(difference)
      table.append(name, String(format: "%.2e", difference), difference <= tolerance ? "same" : "different")
    }
    json["tolerance"] = .number(tolerance)
    return Results(json: .object(json), tables: [table])
  }
}
