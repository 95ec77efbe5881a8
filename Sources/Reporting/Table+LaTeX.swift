extension Table {
  /// Returns the table as LaTeX with the rules of `booktabs`, its title as the caption; cells are escaped.
  ///
  /// Characters that pdfLaTeX has no letters for, such as Chinese ones and emoji, are arguments of a macro that the table
  /// then defines: LuaLaTeX and XeLaTeX print them, pdfLaTeX their code points, so that the table compiles with each.
  package func latex() -> String {
    func line(_ cells: [String], isBold: Bool = false) -> String {
      let cells = cells.map(Self.latexEscaped).map { isBold && !$0.isEmpty ? "\\textbf{\($0)}" : $0 }
      return "  \(cells.joined(separator: " & ")) \\\\\n"
    }
    let alignments = columns.map { $0.alignment == .leading ? "l" : "r" }.joined()
    let needsMacro = ([title] + columns.map(\.heading) + rows.flatMap(\.self)).contains { cell in
      Self.printable(cell).unicodeScalars.contains { Self.known($0) == nil && !Self.isPlain($0) }
    }
    return (needsMacro ? Self.macro : "") + "\\begin{table}\n\\centering\n"
      + (title.isEmpty ? "" : "\\caption{\(Self.latexEscaped(title))}\n")
      + "\\begin{tabular}{\(alignments)}\n  \\toprule\n\(line(columns.map(\.heading)))  \\midrule\n"
      + rows.enumerated().map { line($1, isBold: boldRows.contains($0)) }.joined()
      + "  \\bottomrule\n\\end{tabular}\n\\end{table}\n"
  }

  /// The definition of the macro for characters beyond pdfLaTeX's, for the preamble or before the table.
  static let macro =
    "% Characters beyond Latin letters need LuaLaTeX or XeLaTeX and a font that has them; pdfLaTeX prints U+ and a number.\n"
    + "\\providecommand{\\unicodeletter}[2]{\\ifdefined\\directlua #2\\else\\ifdefined\\XeTeXversion #2\\else U+#1\\fi\\fi}\n"

  /// Returns text in which LaTeX reads nothing as markup; it may need ``macro``.
  static func latexEscaped(_ cell: String) -> String {
    printable(cell).unicodeScalars.reduce(into: "") { text, scalar in
      if let known = known(scalar) {
        text += known
      } else if isPlain(scalar) {
        text.unicodeScalars.append(scalar)
      } else {
        text += "\\unicodeletter{\(String(scalar.value, radix: 16, uppercase: true))}{\(scalar)}"
      }
    }
  }

  /// Returns a Boolean value that indicates whether pdfLaTeX prints a character as it is, in its default encoding.
  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x20..<0x7F: true
    // Icelandic letters need another font encoding, as do the French quotes.
    case 0xAB, 0xBB, 0xD0, 0xDE, 0xF0, 0xFE: false
    case 0xA1...0xFF: true
    // Dashes, quotes and the ellipsis.
    case 0x2013, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x2026: true
    default: false
    }
  }

  /// Returns the commands of characters that LaTeX reads as markup, or that these tables have and pdfLaTeX has no letters
  /// for; nil for others.
  private static func known(_ scalar: Unicode.Scalar) -> String? {
    switch scalar {
    case "&", "%", "$", "#", "_", "{", "}": "\\\(scalar)"
    case "\\": "\\textbackslash{}"
    case "~": "\\textasciitilde{}"
    case "^": "\\textasciicircum{}"
    case "<": "\\textless{}"
    case ">": "\\textgreater{}"
    case "|": "\\textbar{}"
    case "±": "$\\pm$"
    case "−": "$-$"
    case "→": "$\\rightarrow$"
    case "α": "$\\alpha$"
    case "β": "$\\beta$"
    case "χ": "$\\chi$"
    case "–": "--"
    default: nil
    }
  }
}
