import PromptLensReporting
import Testing

@Suite("Tables")
struct TableTests {
  @Test("columns are padded to their widest cell, words left and numbers right")
  func text() {
    var table = Table(title: "Accuracy", columns: [.text("class"), .number("n")])
    table.append("cat", "7")
    table.append("elephant", "12")
    #expect(
      table.text() == """
        Accuracy
        class      n
        --------  --
        cat        7
        elephant  12

        """)
  }

  @Test("cells with commas, quotes and line feeds are quoted in CSV")
  func csv() {
    let table = Table(columns: [.text("a"), .text("b")], rows: [["x,y", "say \"hi\""], ["1\n2", "plain"]])
    #expect(table.csv() == "a,b\n\"x,y\",\"say \"\"hi\"\"\"\n\"1\n2\",plain\n")
  }

  @Test("CSV has whole numbers without commas, and leaves words and lists of numbers as they are")
  func numbersInCSV() {
    let table = Table(
      columns: [.text("name"), .number("n")],
      rows: [["1,000", "1,234,567"], ["b", "-1,000"], ["c", "1,2"], ["d", ""]])
    #expect(table.csv() == "name,n\n\"1,000\",1234567\nb,-1000\nc,\"1,2\"\nd,\n")
  }

  @Test("control characters in cells don't reach the terminal")
  func control() {
    let table = Table(columns: [.text("a")], rows: [["red\u{1B}[31m"]])
    #expect(!table.text().contains("\u{1B}"))
  }

  @Test("wide characters take two columns")
  func wide() {
    let table = Table(columns: [.text("a"), .number("n")], rows: [["猫", "1"], ["cat", "2"]])
    #expect(table.text().contains("猫   1\ncat  2"))
  }
}

@Suite("Tables of papers")
struct PaperTableTests {
  let table = Table(
    title: "R&D", columns: [.text("method_a"), .number("acc. %")],
    rows: [["a|b <i>", "72.0 ± 0.3"], ["x\\y{\n}", "–"]])

  @Test("Markdown escapes what would become markup")
  func markdown() {
    #expect(
      Markdown.table(table) == """
        **R&amp;D**

        | method\\_a | acc. % |
        | :--- | ---: |
        | a\\|b &lt;i&gt; | 72.0 ± 0.3 |
        | x\\\\y{\u{FFFD}} | – |

        """)
  }

  @Test("a mark that combines with a bar doesn't hide it, and letters that pdfLaTeX lacks become commands")
  func signs() {
    let table = Table(columns: [.text("1 − α")], rows: [["a|\u{301}b"]])
    #expect(Markdown.table(table).unicodeScalars.contains("\\") && Markdown.table(table).contains("a\\|\u{301}b"))
    #expect(table.latex().contains("1 $-$ $\\alpha$"))
  }

  @Test("LaTeX prints letters that pdfLaTeX lacks by a macro that every engine compiles, and others as they are")
  func unicode() {
    let latin = Table(columns: [.text("Größe")], rows: [["café"]]).latex()
    #expect(latin.contains("Größe") && latin.contains("café") && !latin.contains("unicodeletter"))
    let other = Table(columns: [.text("piece")], rows: [["猫"], ["🦓"], ["Ġthe"]]).latex()
    #expect(other.contains("\\unicodeletter{732B}{猫}") && other.contains("\\unicodeletter{1F993}{🦓}"))
    #expect(other.contains("\\unicodeletter{120}{Ġ}the"))
    #expect(other.contains("\\providecommand{\\unicodeletter}"))
  }

  @Test("LaTeX escapes what would become commands")
  func latex() {
    #expect(
      table.latex() == """
        % Characters beyond Latin letters need LuaLaTeX or XeLaTeX and a font that has them; pdfLaTeX prints U+ and a number.
        \\providecommand{\\unicodeletter}[2]{\\ifdefined\\directlua #2\\else\\ifdefined\\XeTeXversion #2\\else U+#1\\fi\\fi}
        \\begin{table}
        \\centering
        \\caption{R\\&D}
        \\begin{tabular}{lr}
          \\toprule
          method\\_a & acc. \\% \\\\
          \\midrule
          a\\textbar{}b \\textless{}i\\textgreater{} & 72.0 $\\pm$ 0.3 \\\\
          x\\textbackslash{}y\\{\\unicodeletter{FFFD}{\u{FFFD}}\\} & -- \\\\
          \\bottomrule
        \\end{tabular}
        \\end{table}

        """)
  }
}
