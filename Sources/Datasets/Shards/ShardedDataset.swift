import Foundation
import PromptLensFeatures
import PromptLensFiles
import PromptLensImages

/// WebDataset shards: tar archives, perhaps compressed, in which an image and its class have one key: `0001.jpg` beside
/// `0001.cls` with a number, or `0001.txt` with a name.
///
/// Source: https://github.com/webdataset/webdataset. A key is an entry's name up to the first dot after its folders.
enum ShardedDataset {
  /// The entries under one key.
  private struct Sample {
    var image: String?
    var number: String?
    var text: String?
  }

  /// Reads shards in order.
  ///
  /// Where the names of shards have words for several splits, `pets-train-000.tar`, the splits are those.
  ///
  /// - Parameters:
  ///   - pattern: the shards; `{000..009}` stands for numbers, `{a,b}` for names.
  ///   - classes: the names of the classes that numbers, or names, stand for.
  ///   - split: the split of shards without words for splits.
  ///   - name: the data set's name in results.
  /// - Returns: the data set; the paths of images are a shard's, a slash and an entry's name.
  /// - Throws: `FileError`, ``DatasetError``.
  static func read(_ pattern: String, classes: ClassList?, as split: Split, name: String) throws -> Dataset {
    let paths = try BracePattern.expanded(pattern)
    let folder = pattern.prefix { $0 != "{" }.lastIndex(of: "/").map { String(pattern[..<$0]) } ?? ""
    let words = paths.map { splitWord(in: $0) }
    let hasSplits = Set(words.compactMap(\.self)).count > 1 && !words.contains(nil)
    var found: [(split: Split, path: String, label: String)] = []
    var names: [String: Set<String>] = [:]
    var passedOver: (count: Int, example: String) = (0, "")
    for (path, word) in zip(paths, words) {
      let shown = folder.isEmpty ? path : String(path.dropFirst(folder.count + 1))
      for (key, sample) in try samples(of: path) {
        guard let image = sample.image, let label = sample.number ?? sample.text else {
          if passedOver.count == 0 { passedOver.example = "\(shown)/\(key)" }
          passedOver.count += 1
          continue
        }
        if sample.number != nil, let text = sample.text { names[label, default: []].insert(text) }
        found.append((hasSplits ? word ?? split : split, "\(shown)/\(image)", label))
      }
    }
    guard !found.isEmpty else { throw DatasetError.noImages(path: pattern) }
    var rows: [DelimitedText.Row] = []
    for (index, sample) in found.enumerated() {
      // A text beside a number is a name where every image of the number has the same.
      let own = names[sample.label] ?? []
      rows.append(.init(line: index + 1, fields: [sample.path, sample.label, own.count == 1 ? own.first ?? "" : ""]))
    }
    let isNamed = rows.allSatisfy { !$0.fields[2].isEmpty }
    let table = DelimitedText(
      columns: isNamed ? ["path", "label", "classname"] : ["path", "label", ""], rows: rows)
    let part = LabeledTable.Part(pattern, table: table, as: split)
    let classes = try TableClasses([(part, LabeledTable.Columns(part, selection: []))], names: classes)
    var splits: [Split: [Dataset.Item]] = [:]
    for sample in found {
      splits[sample.split, default: []].append(
        Dataset.Item(path: sample.path, label: classes.index(of: sample.label)))
    }
    let notes: [DatasetNote] =
      passedOver.count == 0 ? [] : [.passedOverMembers(count: passedOver.count, example: passedOver.example)]
    return Dataset(
      name: name, root: folder, classNames: classes.names, splits: splits, notes: classes.notes + notes)
  }

  /// Returns the samples of a shard in order.
  private static func samples(of path: String) throws -> [(key: String, sample: Sample)] {
    var samples: [(key: String, sample: Sample)] = []
    var places: [String: Int] = [:]
    for entry in try ShardArchive(path).entries {
      let start = entry.name.lastIndex(of: "/").map { entry.name.index(after: $0) } ?? entry.name.startIndex
      guard start < entry.name.endIndex, entry.name[start] != ".", let dot = entry.name[start...].firstIndex(of: ".")
      else { continue }
      let key = String(entry.name[..<dot])
      let ending = entry.name[entry.name.index(after: dot)...].lowercased()
      let isText = ending == "cls" || ending == "txt"
      guard isText || ImageFormat.allEndings.contains(ending) else { continue }
      let place = places[key] ?? samples.count
      if place == samples.count {
        places[key] = place
        samples.append((key, Sample()))
      }
      if isText {
        let text = entry.text?.trimming(while: \.isWhitespace) ?? ""
        guard !text.isEmpty else { continue }
        if ending == "cls" { samples[place].sample.number = text } else { samples[place].sample.text = text }
      } else if samples[place].sample.image == nil {
        samples[place].sample.image = entry.name
      }
    }
    return samples
  }

  /// Returns the split that a word in a shard's name says.
  private static func splitWord(in path: String) -> Split? {
    let name = URL(fileURLWithPath: path).lastPathComponent
    let splits = name.split { !$0.isLetter }.compactMap { Split(written: String($0)) }
    return splits.count == 1 ? splits.first : nil
  }
}
