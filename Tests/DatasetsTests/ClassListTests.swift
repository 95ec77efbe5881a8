import Foundation
import PromptLensDatasets
import TestSupport
import Testing

@Suite("Class lists in common forms")
struct ClassListTests {
  /// Reads class folders with a list of names; the result is the name of each folder's class.
  private func names(_ folders: [String], _ text: String, file: String = "names.txt") throws -> [String] {
    try dataset(folders, text, file: file).names
  }

  private func dataset(
    _ folders: [String], _ text: String, file: String = "names.txt"
  ) throws -> (names: [String], notes: [DatasetNote]) {
    try withTemporaryFolder { root in
      try touch(folders.map { "data/\($0)/1.jpg" }, in: root)
      try write([file: text], in: root)
      let dataset = try DataSource("folder:\(root)/data?classes=\(root)/\(file)").dataset()
      let found = dataset[.test].map { (folder: $0.path.split(separator: "/")[0], name: dataset.classNames[$0.label]) }
      return (folders.map { folder in found.first { $0.folder == folder }?.name ?? "" }, dataset.notes)
    }
  }

  @Test(
    "WordNet ids with names: CoOp's, Kaggle's and Keras' lists",
    arguments: [
      ("classnames.txt", "n02503517 elephant\nn02437616 llama\n"),
      ("LOC_synset_mapping.txt", "n02437616 llama, Lama glama\nn02503517 elephant, tusker\n"),
      ("imagenet_class_index.json", #"{"0": ["n02503517", "elephant"], "1": ["n02437616", "llama"]}"#),
      ("ids.json", #"{"n02503517": "elephant", "n02437616": "llama"}"#),
      ("ids.csv", "wnid,name\nn02503517,elephant\nn02437616,llama\n"),
      ("ids.txt", "n02503517\telephant\r\nn02437616\tllama\r\n"),
    ])
  func wordNet(file: String, text: String) throws {
    #expect(try names(["n02437616", "n02503517"], text, file: file) == ["llama", "elephant"])
  }

  /// Eleven names in each of the forms that have an order.
  private static let ordered: [(file: String, text: String)] = {
    func lines(_ separator: String, _ line: (Int) -> String) -> String {
      (0..<11).map(line).joined(separator: separator)
    }
    let numbered = lines(",") { "\"\($0)\": \"class \($0)\"" }
    let indexed = lines(",") { "\"class_\($0)\": \($0)" }
    return [
      ("names.txt", lines("\n") { "class \($0)" }), ("names.json", "{\(numbered)}"), ("index.json", "{\(indexed)}"),
      ("names.txt", lines("\n") { "\($0) class \($0)" }), ("names.txt", lines("\r") { "\($0),class \($0)" }),
    ]
  }()

  @Test("names in order go to folders that are numbers in the order of the numbers", arguments: ordered)
  func numbers(file: String, text: String) throws {
    let folders = (0..<11).map { "\($0)" }
    #expect(try names(folders, text, file: file) == (0..<11).map { "class \($0)" })
  }

  @Test("folders that are some of the numbers take their own lines, and numbers from 1 take lines by rank")
  func someNumbers() throws {
    #expect(try names(["0", "10", "2"], (0..<12).map { "c\($0)" }.joined(separator: "\n")) == ["c0", "c10", "c2"])
    #expect(try names(["1", "10", "2"], "a\nb\nc\n") == ["a", "c", "b"])
    #expect(try names(["21", "3"], #"{"3": "lily", "21": "rose"}"#, file: "cat_to_name.json") == ["rose", "lily"])
    #expect(throws: DatasetError.self) { try names(["1", "10", "2"], "a\nb\n") }
  }

  @Test("names in another order than their folders are matched by name, with a note")
  func permuted() throws {
    let found = try dataset(["electric_guitar", "llama"], "Llama\nelectric guitar\n")
    #expect(found.names == ["electric guitar", "Llama"])
    #expect(found.notes.contains { if case .listMatchedByName = $0 { true } else { false } })
    #expect(try names(["n1", "n2"], "Tench\ngoldfish\n") == ["Tench", "goldfish"])
  }

  @Test("a name in the place of another folder's is refused with its line")
  func misplaced() throws {
    let error = #expect(throws: DatasetError.self) { try names(["ant", "bee", "cat"], "bee\nwasp\ncat\n") }
    guard case .misplacedName(_, 1, "bee", "ant")? = error else {
      Issue.record("another error: \(error.map { "\($0)" } ?? "none")")
      return
    }
  }

  @Test("a list gives its names without folders, too")
  func namesAlone() throws {
    try withTemporaryFolder { root in
      try write(["a.txt": "n01440764 tench\nn01443537 goldfish\n", "b.txt": "great white shark\nray\n"], in: root)
      #expect(try ClassList(contentsOf: "\(root)/a.txt").folderNames == ["tench", "goldfish"])
      #expect(try ClassList(contentsOf: "\(root)/b.txt").folderNames == nil)
      #expect(try ClassList(contentsOf: "\(root)/b.txt").names == ["great white shark", "ray"])
    }
  }

  @Test(
    "documents of another form are refused by the key of the fault",
    arguments: [#""tench""#, "{}", #"{"0": 5, "1": 9}"#, #"{"a": ["b"]}"#, #"["a", ""]"#, #"{"0": {"x": 1}}"#])
  func refusals(text: String) {
    #expect(throws: (any Error).self) { try names(["n1", "n2"], text, file: "names.json") }
  }
}
