import Foundation
import PromptLensJSONDocuments
import PromptLensReporting
import TestSupport
import Testing

@Suite(
  "Reports in a browser",
  .enabled(if: Chromium.isInstalled, "chromium is not installed; apt-get install chromium runs these tests"))
struct BrowserTests {
  /// Returns a page around the report that inspects it at the widths of a phone and a desktop, and sorts its first
  /// table.
  static func probe(_ report: String) -> String {
    let quoted = report.replacing("&", with: "&amp;").replacing("\"", with: "&quot;")
    return #"""
      <!doctype html><meta charset="utf-8"><body>
      <iframe id="phone" style="width:390px;height:800px;border:0" srcdoc="\#(quoted)"></iframe>
      <iframe id="desk" style="width:1200px;height:800px;border:0" srcdoc="\#(quoted)"></iframe>
      <script>
      addEventListener("load", function () {
        function look(id) {
          var page = document.getElementById(id).contentDocument, width = document.getElementById(id).clientWidth;
          var drawn = Array.from(page.querySelectorAll("svg.plchart")).filter(function (svg) {
            var box = svg.getBoundingClientRect();
            return box.width > 150 && box.width <= width && box.height > 40 && svg.querySelectorAll("text").length > 2;
          });
          var table = page.querySelector("table.sortable");
          function column(index) {
            return Array.from(table.tBodies[0].rows).map(function (row) { return row.cells[index].textContent; });
          }
          var buttons = table.querySelectorAll("th button");
          var result = { overflow: page.documentElement.scrollWidth - width, drawn: drawn.length,
            charts: page.querySelectorAll("svg.plchart").length,
            pictures: Array.from(page.images).filter(function (i) { return i.complete; }).length,
            ground: getComputedStyle(page.body).backgroundColor,
            small: Math.min.apply(null, drawn.map(function (svg) {
              return 11 * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width; })) };
          buttons[1].click(); result.ascending = column(1);
          buttons[1].click(); result.descending = column(1);
          buttons[0].click(); result.words = column(0);
          result.sort = table.querySelectorAll("th")[0].getAttribute("aria-sort");
          return result;
        }
        var found = { phone: look("phone"), desk: look("desk") };
        document.body.textContent = "RESULT" + JSON.stringify(found) + "END";
      });
      </script></body>
      """#
  }

  private static func look(_ report: String, isDark: Bool = false) throws -> (JSONNode, console: [String]) {
    let outcome = try Chromium.open(probe(report), isDark: isDark)
    let match = try #require(outcome.document.firstMatch(of: /RESULT(.*)END/), "\(outcome.console)")
    let text = String(match.1).replacing("&amp;", with: "&").replacing("&lt;", with: "<").replacing("&gt;", with: ">")
    return (JSONNode(source: "probe", value: try JSON(parsing: Array(text.utf8), source: "probe")), outcome.console)
  }

  @Test("every chart is drawn, tables sort, nothing scrolls sideways, and the console stays empty")
  func works() throws {
    let (found, console) = try Self.look(ReportTests.report().html())
    #expect(console == [])
    for device in ["phone", "desk"] {
      let page = try found.node(device)
      #expect(try page.integer("charts") == ChartTests.all.count)
      #expect(try page.integer("drawn") == ChartTests.all.count, "\(device)")
      #expect(try page.integer("overflow") <= 0, "\(device)")
      let letters = try page.number("small")
      #expect(letters >= 8, "letters of charts are \(letters) px on a \(device)")
      let sorted = try page.array("ascending").map { try $0.string() }
      #expect(sorted == ["-10.00", "+1.50", "9.25", ""])
      #expect(try page.array("descending").map { try $0.string() } == ["9.25", "+1.50", "-10.00", ""])
      #expect(try page.array("words").map { try $0.string() } == ["cat", "dog", "eel", "photo"])
      #expect(try page.string("sort") == "ascending")
    }
  }

  @Test("hostile names run no script and load nothing")
  func hostile() throws {
    let (found, console) = try Self.look(ReportTests.report(ReportTests.hostile).html())
    #expect(console == [])
    #expect(try found.node("phone").integer("overflow") <= 0)
  }

  @Test("the page follows the reader's dark mode")
  func dark() throws {
    let page = try ReportTests.report().html()
    #expect(try Self.look(page).0.node("desk").string("ground") == "rgb(255, 255, 255)")
    #expect(try Self.look(page, isDark: true).0.node("desk").string("ground") == "rgb(20, 24, 29)")
  }
}
