import PromptLensDiagnosis
import PromptLensExperiments
import PromptLensInterpretation
import PromptLensJSONDocuments
import PromptLensReporting

extension AttributionAnalysis {
  /// Returns the section on the margin that each vector adds.
  func section(_ subject: InterpretationSubject) -> Report.Section {
    Report.Section(
      "Attribution", findings: findings(subject),
      blocks: [.charts(figures(subject)), .table(table(subject), name: "attribution")])
  }

  /// Returns the attributions as JSON.
  func json(_ subject: InterpretationSubject) -> JSON {
    var whole = contextOnly.members
    whole["images"] = JSON(images)
    whole["points"] = JSON(points)
    whole["intervals"] = .intervals(intervals)
    whole["gradient_times_input"] = .numbers(gradientTimesInput)
    return [
      "baseline": "the mean word in place of every vector of the context; class names stay",
      "context_only": .object(whole), "class_names": ["change": .number(namesChange)],
      "classes": .array(
        classes.map {
          var members = $0.attribution.members
          members["class"] = .string(subject.classNames[$0.label])
          return .object(members)
        }),
    ]
  }

  private func table(_ subject: InterpretationSubject) -> Table {
    var table = Table(
      title: "Attribution of the margin to the context",
      columns: [.text("images of"), .text("measure")] + subject.vectorNames.map { .number($0) }
        + [.number("change"), .number("margin"), .number("completeness error")])
    func append(_ name: String, _ measure: String, _ values: [Double], _ found: Attribution) {
      table.append(
        [name, measure] + values.map { "\($0)" }
          + ["\(found.change)", "\(found.margin)", "\(found.completenessError)"])
    }
    append("all classes", "integrated gradients", contextOnly.integrated, contextOnly)
    append("all classes", "gradient times input", gradientTimesInput, contextOnly)
    for entry in classes {
      append(
        subject.classNames[entry.label], "integrated gradients", entry.attribution.integrated, entry.attribution)
    }
    return table
  }

  /// The largest error of completeness of the attributions that are drawn.
  private static let largestError = 0.1

  private func figures(_ subject: InterpretationSubject) -> [Report.Figure] {
    let bars = Report.Figure(
      BarChart(
        title: "Integrated gradients of the context",
        summary:
          "Integrated gradients of the mean margin of \(images.grouped) test images by vector, from the mean word to the "
          + "context, with 95 % intervals over the images; class names are real throughout.", axis: Axis("margin"),
        bars: contextOnly.integrated.enumerated().map { position, value in
          BarChart.Bar(
            subject.vectorNames[position], value,
            interval: intervals.indices.contains(position) ? intervals[position] : nil)
        }, signs: ("adds", "takes away")), name: "attribution")
    let drawn = classes.filter { $0.attribution.completenessError <= Self.largestError }
    guard !drawn.isEmpty else { return [bars] }
    let left = classes.count - drawn.count
    let map = Report.Figure(
      HeatMap(
        title: "Integrated gradients by class",
        summary: "Integrated gradients of the mean margin of each class's test images, by vector"
          + (left == 0
            ? "."
            : "; \(left.counting("class", plural: "classes")) whose attributions don't sum to the change within "
              + "\(Self.largestError.percentage) \(left == 1 ? "is" : "are") left out."),
        rows: ("class", drawn.map { subject.classNames[$0.label] }),
        columns: ("vector", subject.vectorNames), values: drawn.map(\.attribution.integrated),
        measure: Axis("margin"), colors: .diverging(center: 0)), name: "attribution-classes")
    return [bars, map]
  }

  private func findings(_ subject: InterpretationSubject) -> [Report.Finding] {
    func number(_ value: Double) -> String { value.formatted(decimals: 3) }
    var findings = [
      Report.Finding(
        "From mean words to the context, with the class names in place, the mean margin of \(images.counting("image")) changes "
          + "by \(number(contextOnly.change)); integrated gradients divide that among the vectors, complete to "
          + "\(contextOnly.completenessError.scientific).", evidence: "attribution.csv", "attribution.svg")
    ]
    let clear = contextOnly.integrated.indices.filter {
      abs(contextOnly.integrated[$0]) > EffectUnit.margin.rounding && intervals.indices.contains($0)
        && !intervals[$0].contains(0)
    }
    if let most = clear.max(by: { abs(contextOnly.integrated[$0]) < abs(contextOnly.integrated[$1]) }) {
      findings.append(
        Report.Finding(
          "By integrated gradients \(subject.vectorNames[most]) has the largest part, "
            + "\(number(contextOnly.integrated[most])) (95 % interval over images "
            + "\(number(intervals[most].lowerBound)) to \(number(intervals[most].upperBound))).",
          evidence: "attribution.csv", "attribution.svg"))
    } else {
      findings.append(
        Report.Finding(
          "By integrated gradients no vector has a part whose 95 % interval over \(images.counting("image")) leaves out 0.",
          evidence: "attribution.csv", "attribution.svg"))
    }
    findings.append(
      Report.Finding(
        "Class names are measured apart: with mean words in their place and the learned context, the margin "
          + "is \(number(abs(namesChange))) \(namesChange < 0 ? "higher" : "lower").", evidence: "attribution.csv"))
    return findings
  }
}

extension AttributionAnalysis.Attribution {
  /// The attribution as JSON.
  fileprivate var members: JSON.Object {
    var members = JSON.Object()
    members["change"] = .number(change)
    members["margin"] = .number(margin)
    members["baseline_margin"] = .number(margin - change)
    members["integrated_gradients"] = .numbers(integrated)
    members["completeness_error"] = .number(completenessError)
    return members
  }
}
