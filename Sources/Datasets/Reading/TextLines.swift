import PromptLensFiles

/// The lines of small text files.
enum TextLines {
  /// Reads a file's lines, without their ends (LF, CRLF or CR) and without empty lines at the end; a byte-order mark is
  /// dropped.
  ///
  /// - Throws: `FileError`, or ``DatasetError/badLine(path:line:expected:found:)`` when the file isn't UTF-8.
  static func read(_ path: String, expected: String, limit: Int = 16 << 20) throws -> [Substring] {
    let text = try text(of: path, expected: expected, limit: limit)
    let (lineFeed, carriageReturn) = (UInt8(ascii: "\n"), UInt8(ascii: "\r"))
    // By bytes, since "\r\n" is one character of a String.
    let separator = text.utf8.contains(lineFeed) ? lineFeed : carriageReturn
    var lines = text.utf8.split(separator: separator, omittingEmptySubsequences: false).map { line in
      Substring(line.last == carriageReturn ? line.dropLast() : line)
    }
    while lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }

  /// Reads a whole file as UTF-8, without a byte-order mark.
  static func text(of path: String, expected: String, limit: Int) throws -> String {
    let bytes = try MappedFile.contents(of: path, limit: limit, expected: expected)
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    guard let text = String(validating: bytes.starts(with: mark) ? bytes.dropFirst(3) : bytes[...], as: UTF8.self)
    else {
      throw DatasetError.badLine(
        path: path, line: 1, expected: "UTF-8 text; save the file as that", found: "in another encoding")
    }
    return text
  }
}
