import PromptLensFeatures

/// The table of a published data set, with a row for each image: Waterbirds, CelebA, and those of WILDS.
struct MetadataTable: Sendable, Equatable {
  /// A column under the name that users give.
  struct Column: Sendable, Equatable {
    /// The name.
    let name: String
    /// The heading in the table.
    let heading: String
    /// The words for its values; others stay as they are.
    var words: [String: String] = [:]
  }

  /// A second table with the split of each image.
  struct Partition: Sendable, Equatable {
    let file: String
    /// The heading of the column that both tables share.
    let key: String
    /// The heading of the split's column.
    let split: String
  }

  /// A value of a column.
  struct Row: Sendable, Equatable {
    /// The heading in the table.
    let heading: String
    let value: String
  }

  /// The table's file.
  let file: String
  /// The path of an image, with headings in braces: `images/{name}`.
  let image: String
  /// The heading of the class's column.
  let label: String
  /// The values of the class and their names, in the order of labels; empty where values are the names.
  let classes: [(value: String, name: String)]
  /// A file of lines of a value and its name; nil where `classes` names them.
  var classFile: String?
  /// The heading of the split's column, unless a partition has it.
  var split = "split"
  /// The splits of the values of that column.
  let splits: [String: Split]
  /// The second table.
  var partition: Partition?
  /// The heading of a column and the value that training images have there; others of that split are left out.
  var trainingRows: Row?
  /// The columns that have other names or values than in the table.
  var columns: [Column] = []

  static func == (left: MetadataTable, right: MetadataTable) -> Bool {
    left.file == right.file && left.image == right.image && left.label == right.label
      && left.classes.map(\.value) == right.classes.map(\.value)
      && left.classes.map(\.name) == right.classes.map(\.name)
      && left.classFile == right.classFile && left.split == right.split && left.splits == right.splits
      && left.partition == right.partition && left.trainingRows == right.trainingRows && left.columns == right.columns
  }

  /// The files of the layout.
  var files: [String] { [file] + [partition?.file, classFile].compactMap(\.self) }

  /// The layout in words.
  var description: String {
    (files + [image.split(separator: "/").dropLast().joined(separator: "/") + "/"]).joined(separator: ", ")
  }

  /// Reads the table.
  ///
  /// - Parameters:
  ///   - home: the data set's folder.
  ///   - name: the data set's name.
  ///   - attributes: the columns whose values are kept with each image.
  /// - Returns: the data set.
  /// - Throws: `FileError`; ``DatasetError`` for a missing column, or a row with an unknown class or split.
  func read(_ home: String, name: String, attributes: [String]) throws -> Dataset {
    let path = "\(home)/\(file)"
    let table = try DelimitedText(contentsOf: path)
    func place(_ heading: String, in table: DelimitedText, of path: String, for use: String = "") throws(DatasetError)
      -> Int
    {
      guard let place = table.columns.firstIndex(where: { $0.lowercased() == heading.lowercased() }) else {
        throw .missingColumn(path: path, expected: heading + use, columns: table.columns)
      }
      return place
    }
    let labelPlace = try place(label, in: table, of: path)
    let named = try classFile.map { try Self.names("\(home)/\($0)") } ?? classes
    let values =
      named.isEmpty
      ? Set(table.rows.map { $0.fields[labelPlace] }).sorted().map { (value: $0, name: promptName($0)) } : named
    let labels = Dictionary(values.enumerated().map { ($0.element.value, $0.offset) }) { first, _ in first }
    let kept = try attributes.map { attribute -> (place: Int, words: [String: String]) in
      let column =
        columns.first { $0.name == attribute.lowercased() } ?? Column(name: attribute, heading: attribute)
      let words =
        column.heading == label && column.words.isEmpty
        ? Dictionary(values.map { ($0.value, $0.name) }) { first, _ in first } : column.words
      return (try place(column.heading, in: table, of: path, for: ", which is to group images"), words)
    }
    let parted = try partition.map { try Self.partition("\(home)/\($0.file)", $0) }
    let splitPlace = try parted == nil ? place(split, in: table, of: path) : nil
    let keyPlace = try partition.map { try place($0.key, in: table, of: path) }
    let pattern = try Self.parts(of: image).map { part -> (text: String, place: Int?) in
      (part.text, part.isHeading ? try place(part.text, in: table, of: path) : nil)
    }
    let training = try trainingRows.map { (place: try place($0.heading, in: table, of: path), value: $0.value) }
    var lists: [Split: [Dataset.Item]] = [:]
    for row in table.rows {
      let splitText = splitPlace.map { row.fields[$0] } ?? keyPlace.flatMap { parted?[row.fields[$0]] } ?? ""
      guard let split = splits[splitText] else {
        // Other splits, such as those within the training domains, are left out.
        guard splitText.isEmpty else { continue }
        throw DatasetError.badLine(path: path, line: row.line, expected: "an image with a split", found: "without one")
      }
      if split == .train, let training, row.fields[training.place] != training.value { continue }
      guard let label = labels[row.fields[labelPlace]] else {
        throw DatasetError.badLine(
          path: path, line: row.line, expected: "one of the classes \(NameList.line(values.map(\.value)))",
          found: "of the class \"\(NameList.short(row.fields[labelPlace]))\"")
      }
      let image = pattern.map { part in part.place.map { row.fields[$0] } ?? part.text }.joined()
      lists[split, default: []].append(
        Dataset.Item(
          path: image, label: label,
          attributes: kept.map { column in column.words[row.fields[column.place]] ?? row.fields[column.place] }))
    }
    guard !lists.isEmpty else { throw DatasetError.noImages(path: path) }
    return Dataset(name: name, root: home, classNames: values.map(\.name), splits: lists)
  }

  /// Returns the texts and the headings of a pattern.
  private static func parts(of pattern: String) -> [(text: String, isHeading: Bool)] {
    pattern.split(separator: "{", omittingEmptySubsequences: false).enumerated().flatMap {
      index, part -> [(text: String, isHeading: Bool)] in
      guard index > 0, let end = part.firstIndex(of: "}") else { return [(String(part), false)] }
      return [(String(part[..<end]), true), (String(part[part.index(after: end)...]), false)]
    }.filter { !$0.text.isEmpty }
  }

  /// Reads the classes' names: a table with the columns `y` and `name`.
  private static func names(_ path: String) throws -> [(value: String, name: String)] {
    let table = try DelimitedText(contentsOf: path)
    guard let value = table.columns.firstIndex(of: "y"), let name = table.columns.firstIndex(of: "name") else {
      throw DatasetError.missingColumn(path: path, expected: "y or name", columns: table.columns)
    }
    // WILDS numbers categories that no image has 99999.
    return table.rows.filter { $0.fields[value] != "99999" }
      .map { (value: $0.fields[value], name: promptName($0.fields[name])) }
      .sorted { (Int($0.value) ?? 0, $0.value) < (Int($1.value) ?? 0, $1.value) }
  }

  /// Reads the split of each image.
  private static func partition(_ path: String, _ partition: Partition) throws -> [String: String] {
    let table = try DelimitedText(contentsOf: path)
    guard let key = table.columns.firstIndex(of: partition.key),
      let split = table.columns.firstIndex(of: partition.split)
    else {
      throw DatasetError.missingColumn(
        path: path, expected: "\(partition.key) or \(partition.split)", columns: table.columns)
    }
    return Dictionary(table.rows.map { ($0.fields[key], $0.fields[split]) }) { first, _ in first }
  }
}

extension MetadataTable {
  private static let numbered: [String: Split] = ["0": .train, "1": .val, "2": .test]

  /// Waterbirds: birds of the water and of the land, before places of the water and of the land.
  static let waterbirds = MetadataTable(
    file: "metadata.csv", image: "{img_filename}", label: "y", classes: [("0", "landbird"), ("1", "waterbird")],
    splits: numbered,
    columns: [
      Column(name: "place", heading: "place", words: ["0": "land", "1": "water"]), Column(name: "bird", heading: "y"),
      Column(name: "y", heading: "y"), Column(name: "label", heading: "y"),
    ])

  /// CelebA with the color of hair as the class.
  static let celebA = MetadataTable(
    file: "list_attr_celeba.csv", image: "img_align_celeba/{image_id}", label: "Blond_Hair",
    classes: [("-1", "dark hair"), ("1", "blond hair")], splits: numbered,
    partition: Partition(file: "list_eval_partition.csv", key: "image_id", split: "partition"),
    columns: [
      Column(name: "male", heading: "Male", words: ["-1": "female", "1": "male"]),
      Column(name: "blond_hair", heading: "Blond_Hair"), Column(name: "label", heading: "Blond_Hair"),
    ])

  /// iWildCam: animals at camera traps, whose places are the domains.
  static let iWildCam = MetadataTable(
    file: "metadata.csv", image: "train/{filename}", label: "y", classes: [], classFile: "categories.csv",
    splits: ["train": .train, "val": .val, "test": .test],
    columns: [Column(name: "location", heading: "location_remapped"), Column(name: "label", heading: "y")])

  /// Camelyon17: tissue with and without tumor from five hospitals; the second is for validation, the third for testing.
  static let camelyon = MetadataTable(
    file: "metadata.csv",
    image: "patches/patient_{patient}_node_{node}/patch_patient_{patient}_node_{node}_x_{x_coord}_y_{y_coord}.png",
    label: "tumor", classes: [("0", "normal tissue"), ("1", "tumor tissue")], split: "center",
    splits: ["0": .train, "3": .train, "4": .train, "1": .val, "2": .test],
    // The others of the training hospitals are for validation within them.
    trainingRows: Row(heading: "split", value: "0"),
    columns: [
      Column(name: "hospital", heading: "center"), Column(name: "domain", heading: "center"),
      Column(name: "label", heading: "tumor"),
    ])
}
