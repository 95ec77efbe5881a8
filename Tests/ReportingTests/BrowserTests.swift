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

  @Test("clicks hide a series and show it again, filter pictures, and unfold what a link leads to")
  func clicks() throws {
    let chart = LineChart(
      title: "Two lines", summary: "Two lines.", x: Axis("x"), y: Axis("y"),
      series: ["one", "two"].map { .init($0, [.init(0, 0.5), .init(1, 0.7)]) })
    let pictures = (1...5).map { number in
      Report.Picture(path: "\(number)", caption: "\(number < 3 ? "cat" : "dog") \(number)", thumbnail: [0xFF, 0xD8])
    }
    let section = Report.Section(
      "Study", findings: [.init("It is so.", evidence: "runs.csv")],
      blocks: [.charts([.init(chart)]), .pictures(title: "Wrong", pictures)],
      subsections: [
        .init(
          "Details", blocks: [.table(Table(columns: [.number("n")], rows: [["1"]]), name: "runs")], isFolded: true)
      ])
    let script = #"""
      <script>addEventListener("load", function () {
        function text(value) { return value === null ? "none" : String(value); }
        var key = document.querySelector(".chart .key"), other = document.querySelectorAll(".chart .key")[1];
        function shown(key) {
          return Array.from(document.querySelectorAll('.chart g[data-key="' + key.getAttribute("data-key") + '"]'))
            .filter(function (part) { return part !== key && getComputedStyle(part).display !== "none"; }).length;
        }
        function click(element) { element.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true })); }
        var seen = [shown(key), shown(other)].map(function (count) { return count > 0; });
        click(key);
        seen = seen.concat([shown(key) > 0, shown(other) > 0, key.getAttribute("aria-pressed")]);
        key.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
        seen = seen.concat([shown(key) > 0, key.getAttribute("aria-pressed")]);
        function pictures() {
          return Array.from(document.querySelectorAll(".pictures figure")).filter(function (figure) {
            return getComputedStyle(figure).display !== "none"; }).length;
        }
        var field = document.querySelector("input.filter");
        seen.push(pictures());
        field.value = "CAT"; field.dispatchEvent(new Event("input")); seen.push(pictures());
        field.value = ""; field.dispatchEvent(new Event("input")); seen.push(pictures());
        var part = document.querySelector("details.part");
        seen.push(part.open);
        document.querySelector('.findings a[href="#section-1-runs"]').click();
        setTimeout(function () {
          seen.push(part.open);
          document.body.textContent = "RESULT" + seen.map(text).join(" ") + "END";
        }, 100);
      });</script></body>
      """#
    let page = try Report(title: "Report", version: "0", sections: [section]).html().replacing("</body>", with: script)
    let outcome = try Chromium.open(page)
    #expect(outcome.console == [])
    let seen = try #require(outcome.document.firstMatch(of: /RESULT(.*)END/), "\(outcome.document.suffix(400))")
    #expect(seen.1 == "true true false true false true true 5 2 5 false true")
  }

  @Test("the page follows the reader's dark mode")
  func dark() throws {
    let page = try ReportTests.report().html()
    #expect(try Self.look(page).0.node("desk").string("ground") == "rgb(255, 255, 255)")
    #expect(try Self.look(page, isDark: true).0.node("desk").string("ground") == "rgb(20, 24, 29)")
  }
}
