// How a table goes into a paper's text.

extension Table {
  /// The table in the Markdown of GitHub, its title in bold over it; cells cannot become markup.
  package func markdown() -> String {
    let rule = columns.map { $0.alignment == .leading ? ":---" : "---:" }
    let lines = [columns.map { Self.markdown($0.heading) }, rule] + rows.map { $0.map(Self.markdown) }
    return (title.isEmpty ? "" : "**\(Self.markdown(title))**\n\n")
      + lines.map { "| \($0.joined(separator: " | ")) |\n" }.joined()
  }

  /// The table as LaTeX with the rules of `booktabs`, its title as the caption; cells cannot become commands.
  package func latex() -> String {
    func line(_ cells: [String]) -> String { "  \(cells.map(Self.latex).joined(separator: " & ")) \\\\\n" }
    let places = columns.map { $0.alignment == .leading ? "l" : "r" }.joined()
    return "\\begin{table}\n\\centering\n"
      + (title.isEmpty ? "" : "\\caption{\(Self.latex(title))}\n")
      + "\\begin{tabular}{\(places)}\n  \\toprule\n\(line(columns.map(\.heading)))  \\midrule\n"
      + rows.map(line).joined()
      + "  \\bottomrule\n\\end{tabular}\n\\end{table}\n"
  }

  static func markdown(_ cell: String) -> String {
    // By scalars: a mark that combines with a bar or a bracket does not make it another character to a reader of Markdown.
    printable(cell).unicodeScalars.reduce(into: "") { text, scalar in
      switch scalar {
      case "\\", "`", "*", "_", "[", "]", "|", "#", "~": text += "\\\(scalar)"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      case "&": text += "&amp;"
      default: text.unicodeScalars.append(scalar)
      }
    }
  }

  private static func latex(_ cell: String) -> String {
    printable(cell).unicodeScalars.reduce(into: "") { text, scalar in
      switch scalar {
      case "&", "%", "$", "#", "_", "{", "}": text += "\\\(scalar)"
      case "\\": text += "\\textbackslash{}"
      case "~": text += "\\textasciitilde{}"
      case "^": text += "\\textasciicircum{}"
      case "<": text += "\\textless{}"
      case ">": text += "\\textgreater{}"
      // Those that these tables have, and pdfLaTeX has no letters for.
      case "±": text += "$\\pm$"
      case "−": text += "$-$"
      case "→": text += "$\\rightarrow$"
      case "α": text += "$\\alpha$"
      case "β": text += "$\\beta$"
      case "χ": text += "$\\chi$"
      case "–": text += "--"
      default: text.unicodeScalars.append(scalar)
      }
    }
  }
}
