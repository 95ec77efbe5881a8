import PromptLensCLIP
import PromptLensCheckpoints
import PromptLensExperiments
import PromptLensJSONDocuments
import PromptLensReporting
import PromptLensTensors

extension ModelConversion.Outcome {
  /// Notes on what the model folder can't encode, sentences without a period.
  package var notes: [String] {
    let texts =
      vocabulary == nil
      ? "the source carries no vocabulary, so \(output) cannot read texts; convert again with --vocabulary to add it"
      : nil
    return [texts, pictureProblem.map { "\(output) cannot encode pictures: \($0)" }].compactMap(\.self)
  }

  /// The parity table, and the same as data.
  package var results: Results {
    let report = checkpoint.report
    let types = DType.allCases.compactMap { type -> (DType, Int)? in
      let count = manifest.tensors.count { $0.dtype == type }
      return count > 0 ? (type, count) : nil
    }
    var table = Table(columns: [.text("parity"), .text("")])
    table.append("source", manifest.sources.first?.name ?? "")
    table.append("sha256", manifest.sources.first?.sha256 ?? "")
    if let name = manifest.publishedName { table.append("published as", name) }
    table.append("layout", checkpoint.layout.description)
    if let choice = checkpoint.weightsChoice { table.append("weights", choice) }
    table.append("architecture", manifest.architecture)
    table.append("activation", "\(checkpoint.configuration.activationDescription) (\(checkpoint.activationReason))")
    table.append(
      "preprocessing", "\(checkpoint.configuration.preprocessing) (\(checkpoint.preprocessingReason))")
    table.append("vocabulary", vocabulary.map { "\($0.count.grouped) entries (\($0.origin))" } ?? "none")
    table.append("tensors found", "\(report.found)")
    table.append("tensors mapped", "\(report.mapped)")
    table.append(
      "unused tensors",
      "\(report.leftOver.count)" + (report.leftOver.isEmpty ? "" : ": \(shortList(report.leftOver))"))
    table.append(
      "without weights",
      "\(report.ignored.count)" + (report.ignored.isEmpty ? "" : ": \(shortList(report.ignored))"))
    table.append("parameters", "\(manifest.parameterCount)")
    table.append("written", types.map { "\($0.1) tensors as \($0.0)" }.joined(separator: ", "))
    table.append("model", output)
    table.append("fingerprint", manifest.fingerprint)
    if checks.isEmpty { table.append("features", "not compared (--no-verify)") }
    for check in checks { table.append(check.name, check.summary) }
    func strings(_ values: [String]) -> JSON { .array(values.map { .string($0) }) }
    return Results(
      json: [
        "source": .string(source), "sha256": .string(manifest.sources.first?.sha256 ?? ""),
        "layout": .string(checkpoint.layout.rawValue), "architecture": .string(manifest.architecture),
        "activation": .string(checkpoint.configuration.activationDescription),
        "activation_reason": .string(checkpoint.activationReason),
        "preprocessing": checkpoint.configuration.preprocessing.json,
        "preprocessing_reason": .string(checkpoint.preprocessingReason),
        "state_dicts": strings(checkpoint.stateDicts), "other_weights": strings(checkpoint.otherWeights),
        "published_as": manifest.publishedName.map { .string($0) } ?? .null,
        "vocabulary": vocabulary.map { JSON($0.count) } ?? .null,
        "vocabulary_origin": vocabulary.map { .string($0.origin) } ?? .null, "tensors_found": JSON(report.found),
        "tensors_mapped": JSON(report.mapped), "tensors_left_over": strings(report.leftOver),
        "tensors_without_weights": strings(report.ignored), "parameters": JSON(manifest.parameterCount),
        "output": .string(output), "fingerprint": .string(manifest.fingerprint),
        "features": .array(checks.map(\.json)),
      ], tables: [table])
  }

  private func shortList(_ names: [String]) -> String {
    names.prefix(3).joined(separator: ", ") + (names.count > 3 ? " and \(names.count - 3) more" : "")
  }
}

extension CLIPConfiguration {
  /// The activation of both towers, or of each.
  var activationDescription: String {
    let text = text.transformer.activation.rawValue
    guard let activation = image.activation?.rawValue, activation != text else { return text }
    return "\(activation) for images, \(text) for texts"
  }
}
