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

extension PublishedVerification.Result {
  /// Returns the differences from published numbers as a table and data.
  ///
  /// - Parameter model: the model's folder as given.
  /// - Returns: a row for each source.
  package func results(of model: String) -> Results {
    var table = Table(
      title: agrees ? "\(model) is \(name) as published" : "\(model) is not \(name) as published",
      columns: [
        .text("published"), .number("largest difference"), .number("tolerance"), .text("verdict"), .text("source"),
      ])
    var csv = Table(
      columns: [
        .text("published"), .number("largest_difference"), .number("tolerance"), .text("agrees"), .text("source"),
      ])
    for check in checks {
      table.append(
        check.name, check.largest.scientific, check.tolerance.scientific, check.agrees ? "agrees" : "DIFFERS",
        check.source)
      csv.append(check.name, "\(check.largest)", "\(check.tolerance)", "\(check.agrees)", check.source)
    }
    let json: JSON = [
      "model": .string(model), "published": .string(name), "agrees": .bool(agrees),
      "fingerprint": .string(fingerprint),
      "checks": .array(
        checks.map { check in
          [
            "check": .string(check.name), "source": .string(check.source),
            "largest_difference": .number(check.largest), "tolerance": .number(check.tolerance),
            "agrees": .bool(check.agrees),
          ]
        }), "notes": .array(notes.map { .string($0) }),
    ]
    return Results(json: json, tables: [table], csv: csv)
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
