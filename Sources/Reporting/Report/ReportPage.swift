/// The page of a report: its template, style and script, which the executable includes.
enum ReportPage {
  /// The Mustache template; two braces escape the inserted text, three insert this library's own markup unescaped.
  static let template = #"""
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="generator" content="promptlens {{version}}">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
    <link rel="icon" href="data:,">
    <title>{{title}}</title>
    <style>
    {{{style}}}
    {{{chartStyle}}}
    </style>
    </head>
    <body>
    <header>
    <h1>{{title}}</h1>
    <nav aria-label="Sections"><ul>
    {{#sections}}<li><a href="#{{id}}">{{heading}}</a></li>
    {{/sections}}{{#hasDoubts}}<li><a href="#limitations">Limitations</a></li>{{/hasDoubts}}
    </ul></nav>
    </header>
    <main>
    {{#hasFindings}}
    <section class="findings"><h2>Findings</h2>
    <ul>
    {{#findings}}<li>{{sentence}}{{#hasEvidence}} <small>{{evidence}}</small>{{/hasEvidence}}</li>
    {{/findings}}</ul></section>
    {{/hasFindings}}
    {{#sections}}
    <section id="{{id}}"><h2>{{heading}}</h2>
    {{#blocks}}
    {{#paragraph}}<p>{{.}}</p>
    {{/paragraph}}
    {{#subheading}}<h3>{{.}}</h3>
    {{/subheading}}
    {{#sentenceList}}<ul>{{#items}}<li>{{.}}</li>
    {{/items}}</ul>
    {{/sentenceList}}
    {{#facts}}<dl>{{#items}}<div{{#isLong}} class="wide"{{/isLong}}><dt>{{name}}</dt><dd>{{value}}</dd></div>
    {{/items}}</dl>
    {{/facts}}
    {{#chartGrid}}<div class="charts">
    {{#items}}<figure>{{{svg}}}<figcaption><a download="{{file}}" href="{{data}}">Values of “{{name}}” (CSV)</a></figcaption></figure>
    {{/items}}</div>
    {{/chartGrid}}
    {{#pictureGrid}}<h3>{{heading}}</h3><div class="pictures">
    {{#items}}<figure><img src="{{source}}" alt="{{caption}}" width="96" height="96"><figcaption>{{caption}}</figcaption></figure>
    {{/items}}</div>
    {{/pictureGrid}}
    {{#table}}<div class="table">{{#hasCaption}}<h3>{{caption}}</h3>{{/hasCaption}}
    <div class="scroll{{#isLong}} long{{/isLong}}" tabindex="0"><table class="sortable"><thead><tr>
    {{#columns}}<th scope="col"{{#isNumber}} class="number"{{/isNumber}}>{{text}}</th>
    {{/columns}}</tr></thead><tbody>
    {{#rows}}<tr>{{#cells}}<td{{#isNumber}} class="number"{{/isNumber}}>{{text}}</td>{{/cells}}</tr>
    {{/rows}}</tbody></table></div>
    <p class="data">{{#isCut}}{{left}} more rows are in the data. {{/isCut}}<a download="{{file}}" href="{{data}}">Table as CSV</a></p></div>
    {{/table}}
    {{/blocks}}
    </section>
    {{/sections}}
    {{#hasDoubts}}
    <section id="limitations" class="limitations"><h2>Limitations</h2>
    <ul>
    {{#doubts}}<li>{{.}}</li>
    {{/doubts}}</ul></section>
    {{/hasDoubts}}
    </main>
    <footer>Made by promptlens {{version}}. This file is complete: it loads nothing.</footer>
    <script>
    {{{script}}}
    </script>
    </body>
    </html>

    """#

  static let style = #"""
    :root{--ink:#1b1f24;--muted:#57606a;--rule:#d8dee4;--ground:#ffffff;--panel:#f6f8fa;--link:#0860a8}
    @media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--muted:#9aa4af;--rule:#39424d;--ground:#14181d;--panel:#1b2027;--link:#7cc0f5}}
    *{box-sizing:border-box}
    html{-webkit-text-size-adjust:100%}
    body{margin:0 auto;max-width:76rem;padding:1rem;background:var(--ground);color:var(--ink);
    font:1rem/1.5 system-ui,-apple-system,"Segoe UI","Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}
    h1{font-size:1.6rem;line-height:1.25;margin:.5rem 0}
    h2{font-size:1.25rem;line-height:1.3;margin:2.2rem 0 .6rem;padding-top:.8rem;border-top:1px solid var(--rule)}
    h3{font-size:1rem;margin:1.2rem 0 .4rem}
    a{color:var(--link)}
    nav ul{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;list-style:none;margin:.4rem 0;padding:0}
    section>ul{padding-left:1.2rem}
    section>ul>li{margin:.35rem 0;max-width:52rem}
    small,.data,figcaption,footer{color:var(--muted);font-size:.82rem}
    .findings,.limitations{background:var(--panel);border:1px solid var(--rule);border-radius:.5rem;padding:.2rem 1.1rem .5rem;margin:1.2rem 0}
    .findings h2,.limitations h2{border:0;margin:.6rem 0 .3rem;padding:0}
    dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,18rem),1fr));gap:.1rem 1.5rem;margin:.8rem 0}
    dl div{display:flex;gap:.6rem;justify-content:space-between;border-bottom:1px solid var(--rule);padding:.15rem 0}
    dt{color:var(--muted);flex:none}
    dd{margin:0;text-align:right;min-width:0}
    dl .wide{grid-column:1/-1;justify-content:flex-start;flex-wrap:wrap}
    dl .wide dd{text-align:left}
    .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:1rem;align-items:start;margin:1rem 0}
    figure{margin:0;min-width:0}
    .charts figure{border:1px solid var(--rule);border-radius:.5rem;padding:.4rem;max-width:40rem}
    .charts svg{display:block;width:100%;height:auto}
    .charts figcaption{padding:.3rem .4rem 0}
    .pictures{display:grid;grid-template-columns:repeat(auto-fill,minmax(7rem,1fr));gap:.9rem}
    .pictures img{display:block;width:96px;height:96px;border-radius:.3rem;background:var(--panel)}
    .scroll{overflow-x:auto;border:1px solid var(--rule);border-radius:.4rem;width:fit-content;max-width:100%}
    .long{max-height:26rem;overflow-y:auto}
    .table{margin:1rem 0}
    .data{margin:.3rem 0}
    table{border-collapse:collapse;width:max-content;font-size:.88rem;overflow-wrap:normal}
    th,td{text-align:left;padding:.28rem .7rem;border-bottom:1px solid var(--rule);vertical-align:top;max-width:28rem}
    th{position:sticky;top:0;background:var(--panel);vertical-align:bottom}
    .number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
    th button{font:inherit;font-weight:600;color:inherit;background:none;border:0;padding:0;cursor:pointer;text-align:inherit}
    th button::after{content:"";display:inline-block;width:1em;color:var(--muted)}
    th[aria-sort=ascending] button::after{content:"▲"}
    th[aria-sort=descending] button::after{content:"▼"}
    tbody tr:last-child td{border-bottom:0}
    footer{margin:2.5rem 0 1rem;border-top:1px solid var(--rule);padding-top:.6rem}
    @media (max-width:30rem){body{padding:.7rem}dl div{gap:.4rem}}
    @media print{table{width:auto}:root{--ink:#000;--muted:#444;--rule:#bbb;--ground:#fff;--panel:#fff;--link:#000}
    body{max-width:none;font-size:10pt}nav,.data,.charts figcaption{display:none}
    .long{max-height:none;overflow:visible}.scroll{overflow:visible}figure,tr{break-inside:avoid}h2,h3{break-after:avoid}
    th{position:static}}
    """#

  /// The script for sorting: headings become buttons; numbers sort as numbers, with their signs, separators and percent
  /// signs.
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
    })();
    """#
}
