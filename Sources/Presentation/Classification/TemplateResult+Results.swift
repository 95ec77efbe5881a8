import PromptLensEvaluation
import PromptLensExperiments
import PromptLensJSONDocuments
import PromptLensReporting

extension TemplateResult {
  /// Returns the result as tables and data.
  ///
  /// - Parameter limit: the number of listed classes that depend most on the wording.
  /// - Returns: a summary, the templates and those classes.
  package func results(classes limit: Int) -> Results {
    let movements = comparison.movements(limit)
    return Results(
      json: remarks.added(to: json(movements)),
      tables: [summary, list] + (movements.isEmpty ? [] : [table(movements)]), csv: spreadsheet)
  }

  private var summary: Table {
    let (best, reference, test) = (comparison.best, comparison.reference, comparison.test)
    let (count, interval) = (reference.metrics.total, bootstrap.interval)
    var summary = Table(columns: [.text("templates"), .text("")])
    summary.append(
      "images", "\(name): \(count.grouped), \(reference.metrics.classCount.counting("class", plural: "classes"))")
    remarks.append(to: &summary)
    summary.append("best", "\(best.metrics.accuracy.percentage)  \(best.template)")
    summary.append("reference", "\(reference.metrics.accuracy.percentage)  \(reference.template)")
    summary.append("lowest", lowestAccuracy.percentage)
    summary.append("spread", "\((best.metrics.accuracy - lowestAccuracy).percentage) between best and lowest")
    summary.append("mean of templates", accuracies.mean.percentage)
    summary.append("standard deviation", accuracies.standardDeviation?.percentage ?? "")
    summary.append("all ensembled", comparison.ensemble.accuracy.percentage)
    summary.append(
      "best − reference",
      "\(bootstrap.difference.percentage) (95 % from \(interval.lowerBound.percentage) to "
        + "\(interval.upperBound.percentage), bootstrap over images, not corrected for the choice of the best)")
    summary.append(
      "corrected interval",
      "from \(correctedInterval.lowerBound.percentage) to \(correctedInterval.upperBound.percentage): 95 % for the best of "
        + "\(comparison.entries.count) templates (Bonferroni)")
    summary.append(
      "McNemar",
      "exact p \(test.exactP.probability) (\(test.onlyFirst) lost, \(test.onlySecond) gained), corrected χ² p "
        + "\(test.correctedP.probability)")
    summary.append("Bonferroni correction", "p \(bonferroniP.probability), since the best was chosen on these images")
    return summary
  }

  private var list: Table {
    var list = Table(
      title: "Templates", columns: [.text("template"), .number("accuracy"), .number("per class"), .number("McNemar p")])
    for ranked in ranking {
      let metrics = ranked.entry.metrics
      list.append(
        ranked.entry.template.text, metrics.accuracy.percentage, metrics.meanPerClassAccuracy.percentage,
        ranked.exactP.probabilityCell)
    }
    return list
  }

  /// The templates in full precision.
  private var spreadsheet: Table {
    var list = Table(
      columns: [.text("template"), .number("accuracy"), .number("mean_per_class_accuracy"), .number("mcnemar_p")])
    for ranked in ranking {
      let metrics = ranked.entry.metrics
      list.append(
        ranked.entry.template.text, "\(metrics.accuracy)", "\(metrics.meanPerClassAccuracy)", "\(ranked.exactP)")
    }
    return list
  }

  private func table(_ movements: [TemplateComparison.Movement]) -> Table {
    var table = Table(
      title: "Classes that depend most on the wording",
      columns: [.text("class"), .number("lowest"), .number("highest"), .number("reference"), .number("best")])
    for movement in movements {
      table.append(
        classNames[movement.label], movement.lowest.percentage, movement.highest.percentage,
        movement.reference.percentage, movement.best.percentage)
    }
    return table
  }

  private func json(_ movements: [TemplateComparison.Movement]) -> JSON {
    let (best, reference, test) = (comparison.best, comparison.reference, comparison.test)
    return [
      "data": .string(name), "n": JSON(reference.metrics.total), "class_count": JSON(reference.metrics.classCount),
      "model_fingerprint": .string(modelFingerprint),
      "best": .string(best.template.text), "best_accuracy": .number(best.metrics.accuracy),
      "reference": .string(reference.template.text), "reference_accuracy": .number(reference.metrics.accuracy),
      "lowest_accuracy": .number(lowestAccuracy), "mean_accuracy": .number(accuracies.mean),
      "accuracy_deviation": accuracies.standardDeviation.map { .number($0) } ?? .null,
      "ensemble_accuracy": .number(comparison.ensemble.accuracy),
      "difference": .number(bootstrap.difference),
      "difference_interval": [.number(bootstrap.interval.lowerBound), .number(bootstrap.interval.upperBound)],
      "corrected_interval": [.number(correctedInterval.lowerBound), .number(correctedInterval.upperBound)],
      "bootstrap_p": .number(bootstrap.p), "bootstrap_draws": JSON(bootstrap.resamples),
      "mcnemar_only_reference": JSON(test.onlyFirst), "mcnemar_only_best": JSON(test.onlySecond),
      "mcnemar_exact_p": .number(test.exactP), "mcnemar_corrected_p": .number(test.correctedP),
      "bonferroni_p": .number(bonferroniP), "templates": .array(ranking.map(json)),
      "classes": .array(
        movements.map {
          [
            "name": .string(classNames[$0.label]), "lowest": .number($0.lowest), "highest": .number($0.highest),
            "reference": .number($0.reference), "best": .number($0.best),
          ]
        }),
    ]
  }

  private func json(_ ranked: RankedTemplate) -> JSON {
    let metrics = ranked.entry.metrics
    return [
      "template": .string(ranked.entry.template.text), "accuracy": .number(metrics.accuracy),
      "correct": JSON(metrics.correct), "mean_per_class_accuracy": .number(metrics.meanPerClassAccuracy),
      "mcnemar_p": .number(ranked.exactP),
    ]
  }
}
