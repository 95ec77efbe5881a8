/// The content of a report, independent of its format.
///
/// A report collects the findings of all its sections at the beginning and their limitations at the end, so that a
/// reader in a hurry sees both.
package struct Report: Sendable {
  package let title: String
  package let version: String
  package let sections: [Section]

  /// Creates a report.
  ///
  /// - Parameters:
  ///   - title: The subject.
  ///   - version: The version of promptlens, for the page's footer.
  ///   - sections: The sections, in order.
  package init(title: String, version: String, sections: [Section]) {
    self.title = title
    self.version = version
    self.sections = sections
  }

  /// The findings of all sections, in order.
  package var findings: [Finding] { sections.flatMap(\.allFindings) }

  /// The verdicts of all sections, in order, for the card at the top.
  package var verdicts: [Verdict] { sections.flatMap(\.allVerdicts) }

  /// The limitations of all sections, each once.
  package var doubts: [String] {
    sections.flatMap(\.allDoubts).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }
}

extension Report {
  /// A section of a report: verdicts, findings, blocks of content, limitations, and subsections.
  package struct Section: Sendable {
    /// The heading.
    package var title: String
    /// The section's verdicts, for the card at the top of the report.
    package var verdicts: [Verdict]
    /// The findings supported by the content.
    package var findings: [Finding]
    /// The content, in order.
    package var blocks: [Block]
    /// The limitations of the findings.
    package var doubts: [String]
    /// The subsections.
    package var subsections: [Section]
    /// Whether a page shows only the heading until a reader unfolds the section.
    package var isFolded: Bool
    /// The folder that the paths of pictures are relative to; nil where it isn't known.
    package var root: String?

    /// Creates a section.
    package init(
      _ title: String, verdicts: [Verdict] = [], findings: [Finding] = [], blocks: [Block] = [], doubts: [String] = [],
      subsections: [Section] = [], isFolded: Bool = false
    ) {
      self.title = title
      self.verdicts = verdicts
      self.isFolded = isFolded
      self.findings = findings
      self.blocks = blocks
      self.doubts = doubts
      self.subsections = subsections
    }

    /// The findings of this section and its subsections.
    package var allFindings: [Finding] { findings + subsections.flatMap(\.allFindings) }

    /// The verdicts of this section and its subsections.
    package var allVerdicts: [Verdict] { verdicts + subsections.flatMap(\.allVerdicts) }

    /// The limitations of this section and its subsections.
    package var allDoubts: [String] { doubts + subsections.flatMap(\.allDoubts) }

    /// The blocks of this section and its subsections.
    package var allBlocks: [Block] { blocks + subsections.flatMap(\.allBlocks) }

    /// Returns the section with every block replaced by the result of `transform`, or removed if that is nil.
    package func mapBlocks(_ transform: (Block) throws -> Block?) rethrows -> Section {
      var section = self
      section.blocks = try blocks.compactMap(transform)
      section.subsections = try subsections.map { try $0.mapBlocks(transform) }
      return section
    }
  }

  /// A finding: a sentence with the files or tables that support it.
  package struct Finding: Sendable, Equatable {
    package let sentence: String
    package let evidence: [String]

    /// Creates a finding.
    ///
    /// - Parameters:
    ///   - sentence: The statement.
    ///   - evidence: The names of files or tables.
    package init(_ sentence: String, evidence: [String]) {
      self.sentence = sentence
      self.evidence = evidence
    }

    /// Creates a finding.
    package init(_ sentence: String, evidence: String...) { self.init(sentence, evidence: evidence) }
  }

  /// A part of a section's content.
  package enum Block: Sendable {
    /// A paragraph.
    case text(String)
    /// Names with values: settings, fingerprints.
    case facts([(name: String, value: String)])
    /// A table that sorts by any column. A named one also has a file with its values in full precision; pages show few
    /// digits.
    case table(Table, name: String? = nil)
    /// Charts, side by side if there is room.
    case charts([Figure])
    /// Pictures under a heading.
    case pictures(title: String, [Picture])
    /// A list of sentences.
    case list([String])
  }

  /// A chart, and the name of its file if it has one.
  package struct Figure: Sendable {
    package let name: String?
    package let chart: any Chart

    /// Creates a figure.
    package init(_ chart: any Chart, name: String? = nil) {
      self.name = name
      self.chart = chart
    }
  }

  /// An image file with a caption; a page shows it once it has a thumbnail.
  package struct Picture: Sendable {
    /// The image's path in its data set.
    package let path: String
    package let caption: String
    /// The part of the picture's center square that a thumbnail frames; nil for none.
    package let frame: Frame?
    /// The bytes of a small JPEG copy.
    package let thumbnail: [UInt8]?
    /// The pictures that a page shows beside it.
    package let overlays: [Overlay]

    /// Creates a picture.
    package init(
      path: String, caption: String, frame: Frame? = nil, thumbnail: [UInt8]? = nil, overlays: [Overlay] = []
    ) {
      self.path = path
      self.caption = caption
      self.frame = frame
      self.thumbnail = thumbnail
      self.overlays = overlays
    }
  }

  /// A picture with something laid over it, beside the plain one.
  package struct Overlay: Sendable {
    let caption: String
    /// The bytes of a JPEG file.
    let picture: [UInt8]

    /// Creates an overlay.
    package init(caption: String, picture: [UInt8]) {
      self.caption = caption
      self.picture = picture
    }
  }

  /// A cell of a grid over a picture's center square.
  package struct Frame: Sendable, Equatable {
    /// The row and the column from 0.
    package let row, column: Int
    /// The number of rows and columns.
    package let rows, columns: Int

    /// Creates a frame.
    package init(row: Int, column: Int, rows: Int, columns: Int) {
      self.row = row
      self.column = column
      self.rows = rows
      self.columns = columns
    }
  }
}

extension Report.Section {
  /// Returns the section with thumbnails for the first images of each group that can be read; groups without any are
  /// omitted.
  ///
  /// - Parameters:
  ///   - limit: The maximum number of pictures in a group.
  ///   - thumbnail: Reads an image at a path; `nil` if it can't be read.
  /// - Returns: The section.
  package func withThumbnails(limit: Int, _ thumbnail: (String) -> [UInt8]?) -> Report.Section {
    withThumbnails(limit: limit, ofPictures: { thumbnail($0.path) })
  }

  /// Returns the section with thumbnails as ``withThumbnails(limit:_:)`` does, of pictures with their frames.
  ///
  /// - Parameters:
  ///   - limit: The maximum number of pictures in a group.
  ///   - thumbnail: Reads a picture; `nil` if it can't be read.
  /// - Returns: The section.
  package func withThumbnails(limit: Int, ofPictures thumbnail: (Report.Picture) -> [UInt8]?) -> Report.Section {
    mapBlocks { block in
      guard case .pictures(let title, let pictures) = block else { return block }
      var shown: [Report.Picture] = []
      for picture in pictures where shown.count < limit {
        guard let small = thumbnail(picture) else { continue }
        shown.append(
          Report.Picture(
            path: picture.path, caption: picture.caption, frame: picture.frame, thumbnail: small,
            overlays: picture.overlays))
      }
      return shown.isEmpty ? nil : .pictures(title: title, shown)
    }
  }
}

/// An error of making a report.
package enum ReportError: Error, Equatable, CustomStringConvertible {
  /// The page's template can't be filled.
  case template(String)
  /// The library that draws figures isn't installed.
  case missingLibrary(package: String)
  /// A figure can't be drawn.
  case figure(String, reason: String)

  /// The error in one sentence.
  package var description: String {
    switch self {
    case .template(let reason): "the report's template cannot be filled: \(reason)"
    case .missingLibrary(let package):
      "figures as SVG, PDF and PNG are drawn by librsvg, which is not installed; apt-get install \(package) installs it"
    case .figure(let title, let reason): "the figure \"\(title)\" cannot be drawn: \(reason)"
    }
  }
}
