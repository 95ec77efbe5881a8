import PromptLensDiagnosis
import PromptLensInterpretation
import PromptLensJSONDocuments
import PromptLensPromptLearning
import PromptLensReporting

/// What each vector adds to the margin of the images, for all classes and for single ones.
struct AttributionPart {
  let prompt: InterpretedPrompt

  /// Test images that the margin is the mean of, at most; and classes that are looked at one by one.
  private static let imageLimit = 2000
  private static let classLimit = 16

  func part() throws -> ReportPart {
    let classes = Array(prompt.classNames.indices)
    let whole = try attribution(
      EvenlySpaced.indices(prompt.images, limit: Self.imageLimit), opening: Set(classes))
    let withImages = classes.filter { prompt.labels.contains($0) }
    let single = try EvenlySpaced.indices(withImages.count, limit: Self.classLimit).map { place in
      let label = withImages[place]
      let images = prompt.labels.indices.filter { prompt.labels[$0] == label }
      return (
        label: label,
        found: try attribution(
          EvenlySpaced.indices(images.count, limit: Self.imageLimit).map { images[$0] }, opening: [label])
      )
    }
    var part = ReportPart(
      key: "attribution",
      json: [
        "baseline": "the mean word in place of every vector and of the named classes' tokens", "all": json(whole),
        "classes": .array(single.map { ["class": .string(prompt.classNames[$0.label]), "margin": json($0.found)] }),
      ])
    part.tables = [("attribution", table(whole, single))]
    part.charts = charts(whole, single)
    part.findings = findings(whole, single.map(\.found))
    return part
  }

  /// What was attributed, summed by place.
  private struct Found {
    let margin: IntegratedGradients
    let gradient: (context: [Double], names: Double)
    let integrated: (context: [Double], names: Double)
  }

  private func attribution(_ images: [Int], opening classes: Set<Int>) throws -> Found {
    let open = try OpenPrompts(
      prompt.bench.assembly, context: prompt.bench.matrix.vectors, embedding: prompt.embedding, classes: classes)
    let chosen = prompt.unitImages(images)
    let margin = try IntegratedGradients(
      encoder: prompt.encoder, prompts: open.prompts, vectors: open.vectors, baseline: open.baseline(prompt.meanWord),
      images: chosen.images, labels: chosen.labels, scale: prompt.scale)
    return Found(
      margin: margin, gradient: open.summed(margin.gradientTimesInput), integrated: open.summed(margin.integrated))
  }

  private func json(_ found: Found) -> JSON {
    [
      "margin": .number(found.margin.margin), "baseline_margin": .number(found.margin.baselineMargin),
      "gradient_times_input": .numbers(found.gradient.context),
      "gradient_times_input_class_names": .number(found.gradient.names),
      "integrated_gradients": .numbers(found.integrated.context),
      "integrated_gradients_class_names": .number(found.integrated.names),
      "completeness_error": .number(found.margin.completenessError), "points": JSON(found.margin.points),
    ]
  }

  private func table(_ whole: Found, _ single: [(label: Int, found: Found)]) -> Table {
    var table = Table(
      columns: [.text("images of"), .text("measure")] + prompt.vectorNames.map { .number($0) }
        + [.number("class name"), .number("margin"), .number("baseline margin"), .number("completeness error")])
    func append(_ name: String, _ found: Found) {
      let margin = found.margin
      let ends = ["\(margin.margin)", "\(margin.baselineMargin)", "\(margin.completenessError)"]
      table.append(
        [name, "integrated gradients"] + (found.integrated.context + [found.integrated.names]).map { "\($0)" } + ends)
      table.append(
        [name, "gradient times input"] + (found.gradient.context + [found.gradient.names]).map { "\($0)" } + ends)
    }
    append("all classes", whole)
    for entry in single { append(prompt.classNames[entry.label], entry.found) }
    return table
  }

  private func charts(_ whole: Found, _ single: [(label: Int, found: Found)]) -> [(name: String, chart: any Chart)] {
    [
      (
        "attribution",
        BarChart(
          title: "What each vector adds to the margin",
          summary:
            "Integrated gradients of the mean margin of the test images by vector, from the mean word to the "
            + "context; class names are left to the table.", axis: Axis("margin"),
          bars: zip(prompt.vectorNames, whole.integrated.context).map { BarChart.Bar($0, $1) },
          signs: ("adds", "takes away"))
      ),
      (
        "attribution-classes",
        HeatMap(
          title: "What each vector adds to a class's margin",
          summary: "Integrated gradients of the mean margin of each class's test images, by vector.",
          rows: ("class", single.map { prompt.classNames[$0.label] }),
          columns: ("vector", prompt.vectorNames), values: single.map { $0.found.integrated.context },
          measure: Axis("margin"),
          colours: .diverging(centre: 0))
      ),
    ]
  }

  private func findings(_ whole: Found, _ single: [Found]) -> [Finding] {
    let margin = whole.margin
    func number(_ value: Double) -> String { value.formatted(decimals: 3) }
    let context = whole.integrated.context.reduce(0, +)
    let errors = ([whole] + single).map(\.margin.completenessError)
    let complete = errors.count { $0 < IntegratedGradients.tolerance }
    var findings = [
      Finding(
        "With mean words in place of vectors and class names the mean margin is \(number(margin.baselineMargin)), with them "
          + "\(number(margin.margin)); by integrated gradients the context brings \(number(context)) of the difference and "
          + "the class names \(number(whole.integrated.names)).", "attribution.csv", "attribution.svg"),
      Finding(
        "The attributions are complete to one part in a thousand for \(complete) of \(errors.count) margins; the largest error is "
          + "\((errors.max() ?? 0).scientific).", "attribution.csv"),
    ]
    let order = whole.integrated.context.enumerated().sorted { abs($0.element) > abs($1.element) }
    if let first = order.first {
      findings.append(
        Finding(
          "Vector \(first.offset + 1) has the largest attribution, \(number(first.element)).", "attribution.csv",
          "attribution.svg", "attribution-classes.svg"))
    }
    return findings
  }
}
