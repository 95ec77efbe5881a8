import Foundation

/// The color, the marker and the dashes of a series, each of which distinguishes it from others.
struct SeriesStyle {
  /// The colors of Okabe and Ito, without the yellow that vanishes on white; the eighth is the ink.
  static let colors = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"]
  private static let dashes = ["", "6 3", "2 2", "8 3 2 3"]

  /// The way in which lines are drawn.
  enum Line {
    /// Dashed in a pattern of the series' own.
    case own
    /// Solid, where a chart has baselines, which alone are dashed.
    case solid
    /// Dashed and gray.
    case baseline
  }

  let index: Int
  var line = Line.own

  /// The class with the color in the style sheet.
  var name: String { line == .baseline ? "base" : "s\(index % (Self.colors.count + 1))" }

  var dash: String {
    switch line {
    case .own: Self.dashes[index % Self.dashes.count]
    case .solid: ""
    case .baseline: "5 3"
    }
  }

  /// Whether markers are outlines, since every shape has been used before.
  private var isHollow: Bool { (line == .baseline ? 4 : index) / 4 % 2 == 1 }

  /// Draws the marker at a point, with its value on hover.
  ///
  /// - Parameters:
  ///   - x: The horizontal coordinate.
  ///   - y: The vertical coordinate.
  ///   - hover: The text of the tooltip.
  ///   - isHidden: Whether the marker only appears on hover.
  ///   - markup: The markup to write to.
  func mark(x: Double, y: Double, hover: String, isHidden: Bool = false, into markup: inout Markup) {
    let name = "mark \(name)\(isHollow ? " hollow" : "")\(isHidden ? " dense" : "")"
    switch index % 4 {
    case 0:
      markup.element("circle", ["class": name, "cx": x.coordinate, "cy": y.coordinate, "r": "3.2"]) { $0.hover(hover) }
    case 1:
      markup.element(
        "rect", ["class": name, "x": (x - 3).coordinate, "y": (y - 3).coordinate, "width": "6", "height": "6"]
      ) { $0.hover(hover) }
    case 2: path(name, x, y, [(0, -4), (3.8, 3), (-3.8, 3)], hover, &markup)
    default: path(name, x, y, [(0, -4.2), (4.2, 0), (0, 4.2), (-4.2, 0)], hover, &markup)
    }
  }

  /// Draws a star with five points, the mark of zero-shot CLIP.
  func star(x: Double, y: Double, hover: String, into markup: inout Markup) {
    let corners = (0..<10).map { corner -> (x: Double, y: Double) in
      let (angle, radius) = (Double(corner) * .pi / 5, corner % 2 == 0 ? 7.0 : 2.9)
      return (sin(angle) * radius, -cos(angle) * radius)
    }
    path("mark \(name) star", x, y, corners, hover, &markup)
  }

  private func path(
    _ name: String, _ x: Double, _ y: Double, _ corners: [(x: Double, y: Double)], _ hover: String,
    _ markup: inout Markup
  ) {
    let points = corners.map { "\((x + $0.x).coordinate),\((y + $0.y).coordinate)" }.joined(separator: " ")
    markup.element("polygon", ["class": name, "points": points]) { $0.hover(hover) }
  }

  /// The style sheet of every chart, in both modes. It only names classes under `.plchart`, since a page has others.
  static let sheet: String = {
    let series = colors.enumerated().map { ".plchart .s\($0){--series:\($1)}" }.joined(separator: "\n")
    return """
      .plchart{--ink:#1b1f24;--muted:#57606a;--rule:#d8dee4;--ground:#ffffff;\
      font-family:system-ui,-apple-system,"Segoe UI","Helvetica Neue",Arial,sans-serif;font-size:11px}
      @media (prefers-color-scheme:dark){.plchart{--ink:#e6edf3;--muted:#9aa4af;--rule:#39424d;--ground:#14181d;--shade:.3}}
      @media print{.plchart{--ink:#000000;--muted:#444444;--rule:#cccccc;--ground:#ffffff;--shade:.17}}
      \(series)
      .plchart .s\(colors.count){--series:var(--ink)}
      .plchart .base{--series:var(--muted)}
      .plchart .ground{fill:var(--ground)}
      .plchart text{fill:var(--ink)}
      .plchart .title{font-size:13px;font-weight:600}
      .plchart .panel{font-size:12px;font-weight:600}
      .plchart .muted,.plchart .tick{fill:var(--muted)}
      .plchart .rule{stroke:var(--rule);stroke-width:1;fill:none}
      .plchart .axis{stroke:var(--muted);stroke-width:1;fill:none}
      .plchart .reference{stroke:var(--muted);stroke-width:1.3;stroke-dasharray:4 3;fill:none}
      .plchart .line{stroke:var(--series);stroke-width:1.8;fill:none;stroke-linejoin:round}
      .plchart .band{fill:var(--series);opacity:var(--shade,.17)}
      .plchart .whisker{stroke:var(--series);stroke-width:1.2;fill:none}
      .plchart .mark{fill:var(--series);stroke:var(--ground);stroke-width:.8}
      .plchart .hollow{fill:var(--ground);stroke:var(--series);stroke-width:1.5}
      .plchart .dense{opacity:0}
      .plchart .dense:hover{opacity:1}
      .plchart .over{stroke:var(--ink);stroke-width:1.1;fill:none}
      .plchart .leader{stroke:var(--muted);stroke-width:.6;fill:none}
      .plchart .name{paint-order:stroke;stroke:var(--ground);stroke-width:2.5;stroke-linejoin:round}
      .plchart .empty{fill:none;stroke:var(--rule);stroke-dasharray:2 2}
      """
  }()
}
