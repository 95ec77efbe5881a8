import PromptLensFiles

/// A list of merges, one on each line: two pieces and a space between them.
enum MergesFile {
  /// Returns the first lines of a UTF-8 text. A final newline ends the last line and begins none; lines may end in CR
  /// LF.
  static func lines(
    of bytes: UnsafeRawBufferPointer, file: String, atMost most: Int = .max
  ) throws(TokenizationError) -> [Substring] {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .vocabulary(file: file, expected: "UTF-8 text", found: "bytes that are not UTF-8")
    }
    let newline = UInt8(ascii: "\n")
    var lines = text.utf8.split(separator: newline, maxSplits: most, omittingEmptySubsequences: false).map { line in
      Substring(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
    }
    // The text after the last line: nothing, or all the other lines.
    if lines.count > most || lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }

  /// Parses lines, the first of which has the number `first`.
  static func merges(
    in lines: some Sequence<Substring>, first: Int, file: String
  ) throws(TokenizationError) -> [(left: Substring, right: Substring)] {
    var merges: [(left: Substring, right: Substring)] = []
    for (number, line) in zip(first..., lines) {
      let parts = line.utf8.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
        throw .line(
          file: file, line: number, expected: "two pieces with a space between them",
          found: "\"\(TokenizationError.shortened(line))\"")
      }
      merges.append((Substring(parts[0]), Substring(parts[1])))
    }
    return merges
  }

  /// Reads Hugging Face's `merges.txt`, or Keras Hub's, which doesn't have a `#version` line.
  static func read(_ path: String) throws -> [(left: Substring, right: Substring)] {
    let bytes = try MappedFile.contents(of: path, limit: Vocabulary.largestFile, expected: "a list of merges")
    let lines = try bytes.withUnsafeBytes { try Self.lines(of: $0, file: path) }
    let hasHeader = lines.first?.utf8.starts(with: "#version".utf8) == true
    return try merges(in: lines.dropFirst(hasHeader ? 1 : 0), first: hasHeader ? 2 : 1, file: path)
  }
}
