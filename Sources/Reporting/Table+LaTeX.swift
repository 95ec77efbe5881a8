extension Table {
  /// Returns the table as LaTeX with the rules of `booktabs`, its title as the caption; cells are escaped.
  package func latex() -> String {
    func line(_ cells: [String]) -> String { "  \(cells.map(Self.latex).joined(separator: " & ")) \\\\\n" }
    let alignments = columns.map { $0.alignment == .leading ? "l" : "r" }.joined()
    return "\\begin{table}\n\\centering\n"
      + (title.isEmpty ? "" : "\\caption{\(Self.latex(title))}\n")
      + "\\begin{tabular}{\(alignments)}\n  \\toprule\n\(line(columns.map(\.heading)))  \\midrule\n"
      + rows.map(line).joined()
      + "  \\bottomrule\n\\end{tabular}\n\\end{table}\n"
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
