import PromptLensCRSVG

/// A form of a figure's file.
package enum FigureForm: String, Sendable, CaseIterable {
  /// A vector graphic whose text is paths, so that it looks the same in every program.
  case svg
  /// A vector graphic with its fonts embedded, for LaTeX.
  case pdf
  /// A picture with two pixels for each unit in either direction, for slides.
  case png
}

/// The drawing of charts as files for papers, by librsvg and cairo, which are loaded at first use.
package enum FigureDrawing {
  /// The functions of the library; nil where it isn't installed.
  private static let library: pl_rsvg_library? = {
    var library = pl_rsvg_library()
    return pl_rsvg_load(&library) == 1 ? library : nil
  }()

  /// A Boolean value that indicates whether the library is installed.
  package static var isAvailable: Bool { library != nil }

  /// Checks that figures can be drawn.
  ///
  /// - Throws: ``ReportError/missingLibrary(package:)``.
  package static func check() throws(ReportError) {
    guard isAvailable else { throw .missingLibrary(package: String(cString: pl_rsvg_package())) }
  }

  /// Draws a chart on white, in colors and dashes that color-blind readers and printers in gray distinguish.
  ///
  /// A unit of a chart is a pixel of CSS, 0.75 points: a chart of 440 units is 11.6 cm wide, with letters of 8 points.
  /// The same command gives the same bytes with the same library and fonts.
  ///
  /// - Parameters:
  ///   - chart: The chart.
  ///   - form: The form of the file.
  ///   - width: The width in user units.
  /// - Returns: The file's bytes.
  /// - Throws: ``ReportError``.
  package static func bytes(of chart: any Chart, as form: FigureForm, width: Double) throws(ReportError) -> [UInt8] {
    guard var library else { throw .missingLibrary(package: String(cString: pl_rsvg_package())) }
    let picture = chart.svg(id: "figure", width: width, in: .print)
    guard let size = size(of: picture) else { throw .figure(chart.title, reason: "its size is unknown") }
    let (kind, scale): (pl_figure_form, Double) =
      switch form {
      case .svg: (PL_FIGURE_SVG, 0.75)
      case .pdf: (PL_FIGURE_PDF, 0.75)
      case .png: (PL_FIGURE_PNG, 2)
      }
    var figure = pl_figure()
    defer { pl_figure_free(&figure) }
    let isDrawn = picture.withCString { text in
      chart.title.withCString { title in
        pl_figure_draw(
          &library, text, picture.utf8.count, title, kind, size.width, size.height, scale, &figure) == 1
      }
    }
    guard isDrawn else {
      let reason = withUnsafeBytes(of: &figure.reason) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      throw .figure(chart.title, reason: reason)
    }
    let bytes = Array(UnsafeBufferPointer(start: figure.bytes, count: figure.count))
    return form == .svg ? described(bytes, chart) : bytes
  }

  /// Returns the width and height of a chart's picture.
  private static func size(of picture: String) -> (width: Double, height: Double)? {
    guard let match = picture.firstMatch(of: /viewBox="0 0 ([0-9.]+) ([0-9.]+)"/), let width = Double(match.1),
      let height = Double(match.2)
    else { return nil }
    return (width, height)
  }

  /// Returns cairo's SVG with the chart's title and description, which it leaves out.
  private static func described(_ bytes: [UInt8], _ chart: any Chart) -> [UInt8] {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let start = text.range(of: "<svg"), let end = text[start.upperBound...].firstIndex(of: ">") else {
      return bytes
    }
    var words = Markup()
    words.element("title", text: chart.title)
    words.element("desc", text: chart.summary)
    return Array((text[...end] + "\n" + words.text + text[text.index(after: end)...]).utf8)
  }
}
