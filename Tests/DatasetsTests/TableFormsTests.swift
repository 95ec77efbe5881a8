import Foundation
import PromptLensDatasets
import PromptLensFeatures
import TestSupport
import Testing

@Suite("Tables in common forms")
struct TableFormsTests {
  private func read(_ text: String, name: String = "t.csv", _ query: String = "") throws -> Dataset {
    try withTemporaryFolder { folder in
      try write([name: text], in: folder)
      return try DataSource("csv:\(folder)/\(name)\(query)").dataset()
    }
  }

  @Test(
    "line ends, separators, headings, blanks and backslashes change nothing",
    arguments: [
      "path,label\na/1.jpg,ant\nb/1.jpg,bee\n", "\u{FEFF}path,label\r\na/1.jpg,ant\r\nb/1.jpg,bee\r\n",
      "path,label\ra/1.jpg,ant\rb/1.jpg,bee\r", "path;label\na/1.jpg;ant\nb/1.jpg;bee\n",
      "\u{FEFF}path;label\r\na/1.jpg;ant\r\nb/1.jpg;bee\r\n", "filepath\ttitle\na/1.jpg\tant\nb/1.jpg\tbee\n",
      "file_name,label\na/1.jpg,ant\nb/1.jpg,bee\n", "image,class\na/1.jpg,ant\nb/1.jpg,bee\n",
      "path,label\na\\1.jpg,ant\nb\\1.jpg,bee\n", "path, label\na/1.jpg, ant\nb/1.jpg ,bee \n",
      "path,label\na/1.jpg,\"ant\"\n\"b/1.jpg\",bee\n", "\"path\";\"label\"\na/1.jpg;ant\nb/1.jpg;bee",
    ])
  func forms(text: String) throws {
    let dataset = try read(text)
    #expect(dataset.classNames == ["ant", "bee"])
    #expect(dataset[.test] == [.init(path: "a/1.jpg", label: 0), .init(path: "b/1.jpg", label: 1)])
  }

  @Test("spellings of one label are joined into the most frequent one, with a note; single letters stay apart")
  func spellings() throws {
    let dataset = try read("path,label\n1,ant\n2,Ant\n3,ant \n4,ant\n5,bee\n6,big_cat\n7,big cat\n")
    #expect(dataset.classNames == ["ant", "bee", "big cat"])
    #expect(dataset.notes == [.joinedNames([["ant", "Ant", "ant "], ["big_cat", "big cat"]])])
    #expect(try read("path,label\n1,A\n2,a\n").classNames == ["A", "a"])
  }

  @Test("backslashes that are part of a file's name stay")
  func backslashes() throws {
    try withTemporaryFolder { folder in
      try write(["t.csv": "path,label\na\\1.jpg,ant\nb\\1.jpg,bee\n"], in: folder)
      try touch(["a\\1.jpg"], in: folder)
      #expect(try DataSource("\(folder)/t.csv").dataset()[.test].map(\.path) == ["a\\1.jpg", "b\\1.jpg"])
    }
  }

  @Test("numeric labels are noted, and a list names them")
  func numbers() throws {
    let text = "path,label\n1,10\n2,9\n3,0\n"
    #expect(try read(text).notes == [.numberedClasses(count: 3)])
    try withTemporaryFolder { folder in
      try write(["names.txt": (0..<11).map { "c\($0)" }.joined(separator: "\n")], in: folder)
      let dataset = try read(text, "?classes=\(folder)/names.txt")
      #expect(dataset.classNames.count == 11 && dataset[.test].map(\.label) == [10, 9, 0])
    }
  }

  @Test("a column labels gives images several classes or none, where they are asked for", arguments: ["|", ";", " | "])
  func severalLabels(separator: String) throws {
    try withTemporaryFolder { folder in
      let rows = ["1,bee\(separator)ant", "2,", "3,cat", "4,Bee\(separator)cat\(separator)bee"].joined(separator: "\n")
      try write(["t.csv": "path,labels\n\(rows)\n", "none.csv": "path,labels\n1,\n"], in: folder)
      let source = try DataSource("csv:\(folder)/t.csv")
      let dataset = try source.dataset(takesSeveral: true)
      #expect(dataset.classNames == ["ant", "bee", "cat"])
      #expect(dataset[.test].map(\.classes) == [[0, 1], [], [2], [1, 2]])
      let refused = #expect(throws: DatasetError.self) { try source.dataset() }
      #expect(refused.map { "\($0)" }?.contains("zero-shot --scores sigmoid") == true)
      #expect(throws: DatasetError.self) { try DataSource("csv:\(folder)/none.csv").dataset(takesSeveral: true) }
      // Data with one class for each image stay as they are.
      try write(["one.csv": "path,label\n1,ant\n"], in: folder)
      #expect(try DataSource("csv:\(folder)/one.csv").dataset(takesSeveral: true)[.test][0].classes == nil)
    }
  }

  @Test("COCO's annotations give images the categories of their objects")
  func objects() throws {
    try withTemporaryFolder { folder in
      let categories = #"[{"id": 17, "name": "cat"}, {"id": 3, "name": "traffic light"}]"#
      let images = #"[{"id": 9, "file_name": "a.jpg"}, {"id": 4, "file_name": "b.jpg"}]"#
      func file(_ annotations: String) -> String {
        #"{"info": {}, "images": \#(images), "annotations": \#(annotations), "categories": \#(categories)}"#
      }
      try write(
        [
          "coco.json": file(
            #"[{"image_id": 9, "category_id": 17}, {"image_id": 9, "category_id": 3}, {"image_id": 9, "category_id": 17}]"#
          ),
          "bad.json": file(#"[{"image_id": 5, "category_id": 17}]"#),
        ], in: folder)
      let source = try DataSource("split:\(folder)/coco.json")
      let dataset = try source.dataset(root: "/pictures", takesSeveral: true)
      #expect(dataset.classNames == ["traffic light", "cat"] && dataset.root == "/pictures")
      #expect(dataset[.test].map(\.classes) == [[0, 1], []] && dataset[.test].map(\.path) == ["a.jpg", "b.jpg"])
      #expect(throws: DatasetError.self) { try source.dataset() }
      let error = #expect(throws: (any Error).self) {
        try DataSource("split:\(folder)/bad.json").dataset(takesSeveral: true)
      }
      #expect(error.map { "\($0)" }?.contains("annotations[0].image_id") == true, "\(error.map { "\($0)" } ?? "")")
    }
  }

  @Test("an error never prints more than a line's worth of names")
  func longErrors() {
    let wide = (0..<20_000).map { "column \($0)" }.joined(separator: ",")
    let many = (0..<20_000).map { "\($0).jpg,x,domain \($0)" }.joined(separator: "\n")
    for (text, query) in [(wide + "\n", ""), ("path,label,domain\n" + many, "?domain=y")] {
      let error = #expect(throws: DatasetError.self) { try read(text, query) }
      #expect(error.map { "\($0)".utf8.count < 500 } == true)
    }
  }

  @Test("a folder of lists has a split for each, with the classes of all")
  func splitLists() throws {
    try withTemporaryFolder { folder in
      try write(
        ["train.csv": "path,label\na.jpg,ant\nb.jpg,bee\n", "validation.csv": "path;label\nc.jpg;cat\n"], in: folder)
      let tables = try DataSource("split:\(folder)").dataset()
      #expect(tables.classNames == ["ant", "bee", "cat"])
      #expect(tables[.train].map(\.label) == [0, 1] && tables[.val].map(\.label) == [2] && tables[.test].isEmpty)
    }
    try withTemporaryFolder { folder in
      try write(["train.txt": "a/my cat.jpg 0\nb.jpg 1\n", "test.txt": "c.jpg 1\n"], in: folder)
      let lines = try DataSource("split:\(folder)").dataset()
      #expect(lines[.train].map(\.path) == ["a/my cat.jpg", "b.jpg"] && lines[.test].map(\.label) == [1])
      #expect(throws: (any Error).self) { try DataSource("split:\(folder)/nothing").dataset() }
    }
  }

  @Test("split files may hold objects, backslashes and blanks")
  func splitObjects() throws {
    try withTemporaryFolder { folder in
      let text = #"""
        {"train": [{"image": "a\\1.jpg", "label": 0, "classname": "ant"}, {"file_name": "b.jpg", "label": "1", "class": "bee "}],
         "test": [["c.jpg", 1, "bee"]]}
        """#
      try write(["s.json": text], in: folder)
      let dataset = try DataSource("\(folder)/s.json").dataset()
      #expect(dataset[.train].map(\.path) == ["a/1.jpg", "b.jpg"] && dataset.classNames == ["ant", "bee"])
    }
  }
}
