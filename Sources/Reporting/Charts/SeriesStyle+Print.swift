extension SeriesStyle {
  /// The style sheet of a chart on paper: white ground, no variables and no media, which librsvg doesn't read.
  static let printSheet: String = {
    let inks = ["ink": "#000000", "muted": "#444444", "rule": "#cccccc", "ground": "#ffffff"]
    let series =
      colors.enumerated().map { ("s\($0)", $1) } + [("s\(colors.count)", "#000000"), ("base", "#444444")]
    var rules = [
      ".plchart{font-family:Helvetica,Arial,\"Liberation Sans\",\"DejaVu Sans\",sans-serif;font-size:11px}"
    ]
    for rule in sheet.split(separator: "\n") {
      guard rule.hasPrefix(".plchart "), let brace = rule.firstIndex(of: "{"), !rule.contains("--series:"),
        !rule.contains(":hover")
      else {
        continue
      }
      // One rule for each series where the color is the series'.
      let all = rule.contains("var(--series)") ? series : [("", "")]
      for (name, color) in all {
        var text = String(rule[..<brace]) + (name.isEmpty ? "" : ".\(name)") + String(rule[brace...])
        text = text.replacing("var(--series)", with: color).replacing("var(--shade,.17)", with: ".17")
        for (ink, value) in inks { text = text.replacing("var(--\(ink))", with: value) }
        rules.append(text)
      }
    }
    return rules.joined(separator: "\n")
  }()
}
