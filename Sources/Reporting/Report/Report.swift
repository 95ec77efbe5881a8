/// What a report says, before it is a page or a text: plain findings first, what to distrust last.
package struct Report: Sendable {
  /// A sentence and where its evidence stands.
  package struct Finding: Sendable {
    let sentence: String
    let evidence: String

    /// A finding.
    ///
    /// - Parameters:
    ///   - sentence: what was found.
    ///   - evidence: the file or the table that bears it out.
    package init(_ sentence: String, evidence: String = "") {
      self.sentence = sentence
      self.evidence = evidence
    }
  }

  /// A small picture with what is said of it.
  package struct Picture: Sendable {
    let file: [UInt8]
    let type: String
    let caption: String

    /// A picture.
    ///
    /// - Parameters:
    ///   - file: the bytes of an image file.
    ///   - type: its media type, `image/jpeg`.
    ///   - caption: what it shows and what is said of it.
    package init(file: [UInt8], type: String, caption: String) {
      self.file = file
      self.type = type
      self.caption = caption
    }
  }

  /// A piece of a chapter.
  package enum Block: Sendable {
    /// Sentences.
    case text(String)
    /// What was found.
    case findings([Finding])
    /// Names with values: settings, fingerprints.
    case facts([(name: String, value: String)])
    /// A table that sorts by any column.
    case table(Table)
    /// Charts side by side where there is room.
    case charts([ChartDrawing])
    /// Pictures under a heading.
    case pictures(title: String, [Picture])
    /// A list of plain sentences.
    case list([String])
  }

  /// A heading and what stands under it.
  package struct Chapter: Sendable {
    let title: String
    var blocks: [Block]

    /// A chapter.
    package init(_ title: String, _ blocks: [Block] = []) {
      self.title = title
      self.blocks = blocks
    }

    /// Adds a block at the end.
    package mutating func append(_ block: Block) { blocks.append(block) }
  }

  let title: String
  let version: String
  let findings: [Finding]
  let chapters: [Chapter]
  let doubts: [String]

  /// A report.
  ///
  /// - Parameters:
  ///   - title: what it is about.
  ///   - version: that of promptlens, which signs the page.
  ///   - findings: what a reader in a hurry should know.
  ///   - chapters: the evidence.
  ///   - doubts: what not to conclude from it.
  package init(title: String, version: String, findings: [Finding], chapters: [Chapter], doubts: [String]) {
    self.title = title
    self.version = version
    self.findings = findings
    self.chapters = chapters
    self.doubts = doubts
  }
}
