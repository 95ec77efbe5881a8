/// A page of pictures in rows, which lie as files beside it.
package struct PicturePage: Sendable {
  /// A picture's file and what it shows.
  package struct Picture: Sendable {
    let file: String
    let caption: String

    /// Creates a picture.
    ///
    /// - Parameters:
    ///   - file: its name, relative to the page.
    ///   - caption: what it shows.
    package init(file: String, caption: String) {
      self.file = file
      self.caption = caption
    }
  }

  /// Pictures that stand side by side.
  package struct Row: Sendable {
    let title: String
    /// The pictures.
    package var pictures: [Picture]

    /// Creates a row.
    package init(title: String, pictures: [Picture]) {
      self.title = title
      self.pictures = pictures
    }
  }

  private let title: String
  private let version: String
  /// The text above.
  package var paragraphs: [String] = []
  /// The tables below the text.
  package var tables: [Table] = []
  /// The pictures.
  package var rows: [Row] = []

  /// Creates an empty page.
  ///
  /// - Parameters:
  ///   - title: the heading.
  ///   - version: the version of promptlens, for the page's end.
  package init(title: String, version: String) {
    self.title = title
    self.version = version
  }

  /// Returns the page.
  package func html() -> String {
    var page = Markup()
    page.element("html", ["lang": "en"]) { page in
      page.element("head") { page in
        page.void("meta", ["charset": "utf-8"])
        page.void("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
        page.element("title", text: title)
        page.append(style: Self.style)
      }
      page.element("body") { page in
        page.element("h1", text: title)
        for paragraph in paragraphs { page.element("p", text: paragraph) }
        for row in rows { Self.write(row, to: &page) }
        for table in tables { Self.write(table, to: &page) }
        page.element("footer", text: "promptlens \(version)")
      }
    }
    return "<!DOCTYPE html>\n\(page.text)"
  }

  private static func write(_ row: Row, to page: inout Markup) {
    page.element("h2", text: row.title)
    page.element("div", ["class": "row"]) { page in
      for picture in row.pictures {
        page.element("figure") { page in
          page.element("a", ["href": picture.file]) { page in
            page.void("img", ["src": picture.file, "alt": picture.caption])
          }
          page.element("figcaption", text: picture.caption)
        }
      }
    }
  }

  private static func write(_ table: Table, to page: inout Markup) {
    page.element("table") { page in
      page.element("caption", text: table.title)
      page.element("tr") { page in for column in table.columns { page.element("th", text: column.heading) } }
      for row in table.rows {
        page.element("tr") { page in for cell in row { page.element("td", text: cell) } }
      }
    }
  }

  private static let style = """
    :root { color-scheme: light dark }
    body { font: 15px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem }
    h2 { font-size: 1rem; margin: 1.5rem 0 .4rem; overflow-wrap: anywhere }
    .row { display: flex; flex-wrap: wrap; gap: 1rem }
    figure { margin: 0; max-width: 18rem }
    img { width: 100%; image-rendering: pixelated }
    figcaption { font-size: .85rem }
    table { border-collapse: collapse; margin: 2rem 0; display: block; overflow-x: auto }
    caption { text-align: left; font-weight: 600 }
    th, td { text-align: left; padding: .2rem .8rem .2rem 0; border-bottom: 1px solid #8884 }
    footer { margin: 2rem 0; opacity: .7 }
    """
}
