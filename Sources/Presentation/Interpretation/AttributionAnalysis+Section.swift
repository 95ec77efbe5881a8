import PromptLensDiagnosis
import PromptLensExperiments
import PromptLensInterpretation
import PromptLensJSONDocuments
import PromptLensReporting

extension AttributionAnalysis {
  /// Returns the section on the margin that each vector adds.
  func section(_ subject: InterpretationSubject) -> Report.Section {
    Report.Section(
      "Attribution", findings: findings,
      blocks: [.charts(figures(subject)), .table(table(subject), name: "attribution")])
  }

  /// Returns the attributions as JSON.
  func json(_ subject: InterpretationSubject) -> JSON {
    [
      "baseline": "the mean word in place of every vector and of the named classes' tokens", "all": whole.json,
      "classes": .array(
        classes.map { ["class": .string(subject.classNames[$0.label]), "margin": $0.attribution.json] }),
    ]
  }

  private func table(_ subject: InterpretationSubject) -> Table {
    var table = Table(
      title: "Attribution of the margin",
      columns: [.text("images of"), .text("measure")] + subject.vectorNames.map { .number($0) }
        + [.number("class name"), .number("margin"), .number("baseline margin"), .number("completeness error")])
    func append(_ name: String, _ found: Attribution) {
      let gradients = found.gradients
      let ends = ["\(gradients.margin)", "\(gradients.baselineMargin)", "\(gradients.completenessError)"]
      table.append(
        [name, "integrated gradients"] + (found.integrated.context + [found.integrated.names]).map { "\($0)" } + ends)
      table.append(
        [name, "gradient times input"]
          + (found.gradientTimesInput.context + [found.gradientTimesInput.names]).map { "\($0)" } + ends)
    }
    append("all classes", whole)
    for entry in classes { append(subject.classNames[entry.label], entry.attribution) }
    return table
  }

  private func figures(_ subject: InterpretationSubject) -> [Report.Figure] {
    [
      Report.Figure(
        BarChart(
          title: "What each vector adds to the margin",
          summary:
            "Integrated gradients of the mean margin of the test images by vector, from the mean word to the "
            + "context; class names are left to the table.", axis: Axis("margin"),
          bars: zip(subject.vectorNames, whole.integrated.context).map { BarChart.Bar($0, $1) },
          signs: ("adds", "takes away")), name: "attribution"),
      Report.Figure(
        HeatMap(
          title: "What each vector adds to a class's margin",
          summary: "Integrated gradients of the mean margin of each class's test images, by vector.",
          rows: ("class", classes.map { subject.classNames[$0.label] }),
          columns: ("vector", subject.vectorNames), values: classes.map { $0.attribution.integrated.context },
          measure: Axis("margin"), colors: .diverging(center: 0)), name: "attribution-classes"),
    ]
  }

  private var findings: [Report.Finding] {
    let gradients = whole.gradients
    func number(_ value: Double) -> String { value.formatted(decimals: 3) }
    let context = whole.integrated.context.reduce(0, +)
    let errors = ([whole] + classes.map(\.attribution)).map(\.gradients.completenessError)
    let complete = errors.count { $0 < IntegratedGradients.tolerance }
    var findings = [
      Report.Finding(
        "With mean words in place of vectors and class names the mean margin is \(number(gradients.baselineMargin)), with them "
          + "\(number(gradients.margin)); by integrated gradients the context brings \(number(context)) of the difference and "
          + "the class names \(number(whole.integrated.names)).", evidence: "attribution.csv", "attribution.svg"),
      Report.Finding(
        "The attributions are complete to one part in a thousand for \(complete) of \(errors.count) margins; the largest error is "
          + "\((errors.max() ?? 0).scientific).", evidence: "attribution.csv"),
    ]
    let order = whole.integrated.context.enumerated().sorted { abs($0.element) > abs($1.element) }
    if let first = order.first {
      findings.append(
        Report.Finding(
          "Vector \(first.offset + 1) has the largest attribution, \(number(first.element)).",
          evidence: "attribution.csv", "attribution.svg", "attribution-classes.svg"))
    }
    return findings
  }
}

extension AttributionAnalysis.Attribution {
  /// The attribution as JSON.
  fileprivate var json: JSON {
    [
      "margin": .number(gradients.margin), "baseline_margin": .number(gradients.baselineMargin),
      "gradient_times_input": .numbers(gradientTimesInput.context),
      "gradient_times_input_class_names": .number(gradientTimesInput.names),
      "integrated_gradients": .numbers(integrated.context),
      "integrated_gradients_class_names": .number(integrated.names),
      "completeness_error": .number(gradients.completenessError), "points": JSON(gradients.points),
    ]
  }
}
