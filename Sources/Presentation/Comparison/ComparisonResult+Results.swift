import PromptLensExperiments
import PromptLensJSONDocuments
import PromptLensReporting

extension ComparisonResult {
  /// The result as tables and data.
  package var results: Results { Results(json: json, tables: [accuracies, differences] + leftOut, csv: spreadsheet) }

  private var accuracies: Table {
    var table = Table(
      title:
        "Accuracy on \(data) (\(imageCount.counting("image")), \(classCount.counting("class", plural: "classes")))",
      columns: [
        .text("classifier"), .number("seeds"), .number("accuracy"), .text("95 % interval"), .text(""),
      ])
    for (index, subject) in subjects.enumerated() {
      let mark = index == 0 ? "best" : isNearBest(index) ? "not significantly worse" : ""
      table.append(
        subject.name, "\(subject.correct.count)", subject.accuracy.percentage,
        "\(intervals[index].lowerBound.percentage) to \(intervals[index].upperBound.percentage)", mark)
      if index == 0 { table.emphasizeLastRow() }
    }
    return table
  }

  /// The images that were left out; empty where there are none.
  private var leftOut: [Table] {
    var table = Table(columns: [.text("images"), .text("")])
    remarks.append(to: &table)
    return table.rows.isEmpty ? [] : [table]
  }

  private var differences: Table {
    var table = Table(title: "Differences", columns: [.text("")])
    for sentence in sentences { table.append(sentence) }
    return table
  }

  /// A sentence for each pair.
  package var sentences: [String] {
    pairs.map { pair in
      let (difference, interval) = (pair.difference.difference, pair.difference.interval)
      let verdict =
        !pair.isSignificant
        ? "does not differ significantly from" : difference > 0 ? "is more accurate than" : "is less accurate than"
      return "\(subjects[pair.first].name) \(verdict) \(subjects[pair.second].name) "
        + "(\(difference.signedPoints) points, 95 % CI \(interval.lowerBound.signedPoints) to "
        + "\(interval.upperBound.signedPoints), p \(pair.correctedP.probability) after Holm's correction, "
        + "n = \(imageCount.grouped))."
    }
  }

  private var spreadsheet: Table {
    var table = Table(columns: [
      .text("first"), .text("second"), .number("first_accuracy"), .number("second_accuracy"), .number("difference"),
      .number("low"), .number("high"), .number("p"), .number("holm_p"),
    ])
    for pair in pairs {
      let found = pair.difference
      table.append(
        subjects[pair.first].name, subjects[pair.second].name, "\(subjects[pair.first].accuracy)",
        "\(subjects[pair.second].accuracy)", "\(found.difference)", "\(found.interval.lowerBound)",
        "\(found.interval.upperBound)", "\(pair.mcnemarP ?? found.p)", "\(pair.correctedP)")
    }
    return table
  }

  private var json: JSON {
    var root = JSON.Object()
    root["data"] = .string(data)
    root["n"] = JSON(imageCount)
    root["class_count"] = JSON(classCount)
    remarks.write(to: &root)
    root["warnings"] = .array(warnings.map(\.json))
    root["classifiers"] = .array(
      subjects.enumerated().map { index, subject in
        [
          "name": .string(subject.name), "seeds": .array(subject.seeds.map { JSON($0) }),
          "runs": JSON(subject.correct.count), "accuracy": .number(subject.accuracy),
          "accuracy_interval": [.number(intervals[index].lowerBound), .number(intervals[index].upperBound)],
          "is_near_best": .bool(isNearBest(index)),
        ]
      })
    root["pairs"] = .array(
      pairs.map { pair in
        var members = JSON.Object()
        members["first"] = .string(subjects[pair.first].name)
        members["second"] = .string(subjects[pair.second].name)
        for (key, value) in pair.difference.members { members[key == "p" ? "bootstrap_p" : key] = value }
        members["mcnemar_p"] = .optional(pair.mcnemarP)
        members["holm_p"] = .number(pair.correctedP)
        members["is_significant"] = .bool(pair.isSignificant)
        return .object(members)
      })
    root["bootstrap_draws"] = JSON(resamples)
    root["seed"] = JSON(Int(clamping: seed))
    root["sentences"] = .array(sentences.map { .string($0) })
    return .object(root)
  }
}
