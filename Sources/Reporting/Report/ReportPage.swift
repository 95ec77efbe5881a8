/// The page of a report: its template, style and script, which the executable includes.
enum ReportPage {
  /// A table with its data.
  private static let table = #"""
    <div class="table"{{#hasID}} id="{{id}}"{{/hasID}}>{{#hasCaption}}<h3>{{caption}}</h3>{{/hasCaption}}
    <div class="scroll{{#isLong}} long{{/isLong}}" tabindex="0"><table class="{{#isSortable}}sortable{{/isSortable}}{{#isBroad}} broad{{/isBroad}}{{#isVast}} vast{{/isVast}}"><thead><tr>
    {{#columns}}<th scope="col"{{#isNumber}} class="number"{{/isNumber}}>{{text}}</th>
    {{/columns}}</tr></thead><tbody>
    {{#rows}}<tr>{{#cells}}<td{{#isNumber}} class="number"{{/isNumber}}>{{text}}</td>{{/cells}}</tr>
    {{/rows}}</tbody></table></div>
    <p class="data">{{#isCut}}{{left}} in the data. {{/isCut}}<a download="{{file}}" href="{{data}}">Table as CSV</a></p></div>

    """#

  /// A chart, or the panels of one, with its data.
  private static let figure = #"""
    {{#isPanels}}<h3>{{name}}</h3><div class="grid">{{/isPanels}}
    {{#pictures}}<figure>{{{.}}}</figure>
    {{/pictures}}{{#isPanels}}</div>{{/isPanels}}
    <p class="data">{{#isPanels}}{{summary}} {{/isPanels}}<a download="{{file}}" href="{{data}}">Values of “{{name}}” (CSV)</a></p>
    """#

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
    </header>
    <main>
    {{#hasVerdicts}}
    <section class="verdicts" id="verdict" aria-label="Verdict">
    {{#cards}}<article class="card {{outcome}}"><p class="number-large">{{accuracy}}</p>
    <p class="outcome"><b>{{outcomeText}}</b> {{gain}}</p>
    <dl>{{#facts}}<div class="wide"><dt>{{name}}</dt><dd>{{value}}</dd></div>
    {{/facts}}</dl></article>
    {{/cards}}
    {{#verdictTable}}\#(table){{/verdictTable}}
    </section>
    {{/hasVerdicts}}
    {{#hasLead}}
    <section class="lead" id="figure" aria-label="Figure">
    {{#lead}}<div class="charts"><div class="chart{{#isPanels}} panels{{/isPanels}}">\#(figure)</div></div>{{/lead}}
    </section>
    {{/hasLead}}
    {{#hasFindings}}
    <section class="findings"><h2>Findings</h2>
    <ul>
    {{#findings}}<li>{{sentence}}{{#hasTarget}} <small><a href="#{{target}}">{{evidence}}</a></small>{{/hasTarget}}</li>
    {{/findings}}</ul>
    {{#hasMore}}<p class="data">{{more}}</p>{{/hasMore}}</section>
    {{/hasFindings}}
    <nav aria-label="Sections"><ul>
    {{#contents}}<li><a href="#{{id}}">{{heading}}</a></li>
    {{/contents}}{{#hasDoubts}}<li><a href="#limitations">Limitations</a></li>{{/hasDoubts}}
    </ul></nav>
    {{#sections}}
    <details class="section" id="{{id}}"{{#isOpen}} open{{/isOpen}}><summary><h2>{{heading}}</h2></summary>
    {{#blocks}}
    {{#unfolding}}<details class="part"{{#isOpen}} open{{/isOpen}}><summary><h3>{{heading}}</h3></summary>
    {{/unfolding}}
    {{#end}}</details>
    {{/end}}
    {{#subheading}}<h3>{{.}}</h3>
    {{/subheading}}
    {{#paragraph}}<p>{{.}}</p>
    {{/paragraph}}
    {{#sentenceList}}<ul>{{#items}}<li>{{.}}</li>
    {{/items}}</ul>
    {{/sentenceList}}
    {{#facts}}<dl>{{#items}}<div{{#isLong}} class="wide"{{/isLong}}><dt>{{name}}</dt><dd>{{value}}</dd></div>
    {{/items}}</dl>
    {{/facts}}
    {{#chartGrid}}<div class="charts">
    {{#items}}<div class="chart{{#isPanels}} panels{{/isPanels}}"{{#hasID}} id="{{id}}"{{/hasID}}>\#(figure)</div>
    {{/items}}</div>
    {{/chartGrid}}
    {{#pictureGrid}}<h3>{{heading}}</h3><div class="pictures{{#isWide}} wide{{/isWide}}">
    {{#items}}<figure><span class="views"><img src="{{source}}" alt="{{caption}}" width="96" height="96">{{#overlays}}<span class="view"><img src="{{source}}" alt="{{caption}}" width="96" height="96">{{caption}}</span>{{/overlays}}</span><figcaption>{{caption}}</figcaption></figure>
    {{/items}}</div>
    {{/pictureGrid}}
    {{#table}}\#(table){{/table}}
    {{/blocks}}
    </details>
    {{/sections}}
    {{#hasDoubts}}
    <section id="limitations" class="limitations"><h2>Limitations</h2>
    <ul>
    {{#doubts}}<li>{{.}}</li>
    {{/doubts}}</ul></section>
    {{/hasDoubts}}
    </main>
    <footer>Made by promptlens {{version}}. This file is complete: it loads nothing. Printed, folded parts stay folded.</footer>
    <script>
    {{{script}}}
    </script>
    </body>
    </html>

    """#
}
