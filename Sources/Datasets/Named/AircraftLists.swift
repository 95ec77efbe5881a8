import PromptLensFeatures

/// FGVC-Aircraft's lists: one line for each image, its number and its variant.
enum AircraftLists {
  static func read(_ home: String, name: String) throws -> Dataset {
    let variants = try TextLines.read("\(home)/variants.txt", expected: "the variants' names, one a line").map {
      $0.trimming(while: \.isWhitespace)
    }
    var labels: [String: Int] = [:]
    for (label, variant) in variants.enumerated() { labels[variant] = label }
    var splits: [Split: [Dataset.Item]] = [:]
    for split in Split.allCases {
      let path = "\(home)/images_variant_\(split).txt"
      splits[split] = try TextLines.read(path, expected: "lines of an image's number and its variant").enumerated().map
      {
        index, line in
        let parts = line.trimming(while: \.isWhitespace).split(separator: " ", maxSplits: 1)
        guard parts.count == 2, let label = labels[String(parts[1])] else {
          throw DatasetError.badLine(
            path: path, line: index + 1, expected: "an image's number, a space and a name of variants.txt",
            found: "\"\(line.prefix(60))\"")
        }
        return Dataset.Item(path: "images/\(parts[0]).jpg", label: label)
      }
    }
    return Dataset(name: name, root: home, classNames: variants.map { promptName($0) }, splits: splits)
  }
}

extension StringProtocol {
  /// Returns the text without the characters at its ends that `isLeftOut` selects.
  func trimming(while isLeftOut: (Character) -> Bool) -> String {
    let start = firstIndex { !isLeftOut($0) } ?? endIndex
    let end = lastIndex { !isLeftOut($0) }.map { index(after: $0) } ?? start
    return String(self[start..<end])
  }
}
