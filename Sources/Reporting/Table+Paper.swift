// How a table goes into a paper's text.

extension Table {
  /// The table in the Markdown of GitHub, its title in bold over it; cells cannot become markup.
  public func markdown() -> String {
    let rule = columns.map { $0.alignment == .leading ? ":---" : "---:" }
    let lines = [columns.map { Self.markdown($0.heading) }, rule] + rows.map { $0.map(Self.markdown) }
    return (title.isEmpty ? "" : "**\(Self.markdown(title))**\n\n")
      + lines.map { "| \($0.joined(separator: " | ")) |\n" }.joined()
  }

  /// The table as LaTeX with the rules of `booktabs`, its title as the caption; cells cannot become commands.
  public func latex() -> String {
    func line(_ cells: [String]) -> String { "  \(cells.map(Self.latex).joined(separator: " & ")) \\\\\n" }
    let places = columns.map { $0.alignment == .leading ? "l" : "r" }.joined()
    return "\\begin{table}\n\\centering\n"
      + (title.isEmpty ? "" : "\\caption{\(Self.latex(title))}\n")
      + "\\begin{tabular}{\(places)}\n  \\toprule\n\(line(columns.map(\.heading)))  \\midrule\n"
      + rows.map(line).joined()
      + "  \\bottomrule\n\\end{tabular}\n\\end{table}\n"
  }

  private static func markdown(_ cell: String) -> String {
    printable(cell).reduce(into: "") { text, character in
      switch character {
      case "\\", "`", "*", "_", "[", "]", "|", "#", "~": text += "\\\(character)"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      case "&": text += "&amp;"
      default: text.append(character)
      }
    }
  }

  private static func latex(_ cell: String) -> String {
    printable(cell).reduce(into: "") { text, character in
      switch character {
      case "&", "%", "$", "#", "_", "{", "}": text += "\\\(character)"
      case "\\": text += "\\textbackslash{}"
      case "~": text += "\\textasciitilde{}"
      case "^": text += "\\textasciicircum{}"
      case "<": text += "\\textless{}"
      case ">": text += "\\textgreater{}"
      case "±": text += "$\\pm$"
      case "–": text += "--"
      default: text.append(character)
      }
    }
  }
}
