extension ReportPage {
  /// The script of the page, which also works without it.
  ///
  /// Headings of tables become buttons that sort, numbers as numbers, with their signs, separators and percent signs;
  /// entries of legends hide their series; pictures have a filter; links unfold what they lead to.
  static let script = #"""
    "use strict";
    (function () {
      function value(row, column) {
        return row.cells[column].textContent.trim();
      }
      function number(text) {
        var plain = text.replace(/,/g, "").replace(/[−–]/g, "-");
        var match = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?/i.exec(plain);
        return match ? parseFloat(match[0]) : NaN;
      }
      function sort(table, column, heading) {
        var ascending = heading.getAttribute("aria-sort") !== "ascending";
        var body = table.tBodies[0];
        var rows = Array.prototype.map.call(body.rows, function (row, index) {
          var text = value(row, column);
          return { row: row, text: text, number: number(text), index: index };
        });
        var numeric = heading.classList.contains("number");
        rows.sort(function (a, b) {
          var order;
          if (numeric) {
            // Cells without a number are last in either direction.
            if (isNaN(a.number) || isNaN(b.number)) return isNaN(a.number) - isNaN(b.number) || a.index - b.index;
            order = a.number - b.number;
          } else {
            order = a.text.localeCompare(b.text, "en", { numeric: true });
          }
          return (ascending ? order : -order) || a.index - b.index;
        });
        rows.forEach(function (entry) { body.appendChild(entry.row); });
        table.querySelectorAll("th").forEach(function (other) { other.removeAttribute("aria-sort"); });
        heading.setAttribute("aria-sort", ascending ? "ascending" : "descending");
      }
      document.querySelectorAll("table.sortable").forEach(function (table) {
        table.querySelectorAll("th").forEach(function (heading, column) {
          var button = document.createElement("button");
          button.type = "button";
          button.textContent = heading.textContent;
          button.addEventListener("click", function () { sort(table, column, heading); });
          heading.textContent = "";
          heading.appendChild(button);
        });
      });

      // Entries of legends show and hide their series, in all panels of a chart.
      document.querySelectorAll(".chart .key").forEach(function (key) {
        var scope = key.closest(".chart");
        function toggle() {
          var hidden = key.classList.toggle("off");
          key.setAttribute("aria-pressed", String(!hidden));
          scope.querySelectorAll('g[data-key="' + key.getAttribute("data-key") + '"]').forEach(function (part) {
            if (part !== key) part.classList.toggle("off", hidden);
          });
        }
        key.setAttribute("role", "button");
        key.setAttribute("tabindex", "0");
        key.setAttribute("aria-pressed", "true");
        key.addEventListener("click", toggle);
        key.addEventListener("keydown", function (event) {
          if (event.key === "Enter" || event.key === " ") { event.preventDefault(); toggle(); }
        });
      });
      // Pictures are found by the words of their captions: a class, a rank.
      document.querySelectorAll(".pictures").forEach(function (gallery) {
        if (gallery.children.length < 4) return;
        var field = document.createElement("input");
        field.type = "search";
        field.className = "filter";
        field.placeholder = "Filter, for example by class";
        field.setAttribute("aria-label", "Filter these pictures");
        field.addEventListener("input", function () {
          var wanted = field.value.trim().toLowerCase();
          Array.prototype.forEach.call(gallery.children, function (figure) {
            figure.hidden = figure.textContent.toLowerCase().indexOf(wanted) < 0;
          });
        });
        gallery.parentNode.insertBefore(field, gallery);
      });
      // A link into a folded part unfolds it.
      function unfold() {
        var target = document.getElementById(location.hash.slice(1));
        if (!target) return;
        for (var part = target; part; part = part.parentElement) if (part.tagName === "DETAILS") part.open = true;
        target.scrollIntoView();
      }
      addEventListener("hashchange", unfold);
      document.querySelectorAll('a[href^="#"]').forEach(function (link) {
        link.addEventListener("click", function () { setTimeout(unfold, 0); });
      });
      unfold();
    })();
    """#
}
