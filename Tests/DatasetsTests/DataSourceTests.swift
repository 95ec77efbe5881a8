import Foundation
import PromptLensDatasets
import PromptLensFeatures
import PromptLensFiles
import PromptLensJSONDocuments
import TestSupport
import Testing

@Suite("Data sources")
struct DataSourceTests {
  @Test("a source parses into kind, path, and selection; a path may contain a question mark")
  func parsing() throws {
    #expect(try DataSource("folder:a/b").kind == .folder)
    #expect(try DataSource("csv:a?b.csv").path == "a?b.csv")
    #expect(try DataSource("csv:a?b.csv?domain=photo").path == "a?b.csv")
    #expect(try DataSource("oxford-pets:/x").path == "/x")
    #expect(try DataSource("csv:/a/b.csv?domain=photo").portableName == "b.csv?domain=photo")
    #expect(try DataSource("folder:a/b/").portableName == "b" && DataSource("DTD:/x").portableName == "dtd")
    for (name, key) in [
      ("OxfordPets", "oxford-pets"), ("oxford_pets", "oxford-pets"), ("imagenet-adversarial", "imagenet-a"),
    ] {
      #expect(try DataSource("\(name):x").kind == .named(#require(KnownDataset.named(key))))
    }
  }

  @Test(
    "a text that doesn't name data is rejected with the kinds that exist",
    arguments: [
      "pictures", "zip:x", "folder:", "csv:?a=b", "folder:x?domain=photo", "csv:x?split=all", "eurosat:x?domain=photo",
      "csv:x?=1", "split:x.json?split=train", "eurosat:x?split=test",
    ])
  func refusals(text: String) {
    let error = #expect(throws: DatasetError.self) { try DataSource(text) }
    #expect(error?.description.contains("expected folder:DIR, csv:FILE, split:FILE.json") == true)
  }

  @Test("a folder of splits has the labels of all its splits' classes")
  func splitFolders() throws {
    try withTemporaryFolder { folder in
      try touch(["train/b/1.jpg", "train/c/1.jpg", "valid/a/1.jpg", "test/c/2.png"], in: folder)
      let dataset = try DataSource("folder:\(folder)").dataset()
      #expect(dataset.classNames == ["a", "b", "c"])
      #expect(dataset[.train] == [.init(path: "train/b/1.jpg", label: 1), .init(path: "train/c/1.jpg", label: 2)])
      #expect(dataset[.val] == [.init(path: "valid/a/1.jpg", label: 0)])
      #expect(dataset[.test].map(\.label) == [2])
      #expect(dataset.file(of: dataset[.test][0]) == "\(folder)/test/c/2.png")
      #expect(throws: DatasetError.self) { try DataSource("folder:\(folder)?split=train").dataset() }
    }
  }

  @Test("a folder without splits is the test split unless the source says otherwise; others are rejected by name")
  func unsplit() throws {
    try withTemporaryFolder { folder in
      try touch(["a/1.jpg", "b/1.jpg"], in: folder)
      let dataset = try DataSource("folder:\(folder)").dataset()
      #expect(throws: DatasetError.emptySplit(data: "folder:\(folder)", split: .train, available: [.test])) {
        try dataset.items(of: .train)
      }
      #expect(try DataSource("folder:\(folder)?split=train").dataset()[.train].count == 2)
    }
  }
}

@Suite("Tables of images")
struct LabeledTableTests {
  private func read(_ text: String, _ selection: String = "", name: String = "t.csv", root: String? = nil) throws
    -> Dataset
  {
    try withTemporaryFolder { folder in
      try write([name: text], in: folder)
      return try DataSource("csv:\(folder)/\(name)\(selection)").dataset(root: root)
    }
  }

  @Test(
    "quotes, doubled quotes, separators and line ends inside fields, CRLF and a byte-order mark are read as RFC 4180 says"
  )
  func quoting() throws {
    let text = "\u{FEFF}path,label\r\n\"a,\"\"b\"\".jpg\",\"two\nlines\"\r\n\r\nc.jpg,x"
    let dataset = try read(text)
    #expect(dataset[.test].map(\.path) == ["a,\"b\".jpg", "c.jpg"])
    #expect(dataset.classNames == ["two\nlines", "x"])
  }

  @Test("?root= gives the root of a table's paths unless --root does; a folder doesn't accept another root")
  func rootInText() throws {
    let table = "path,label,domain\na.png,cat,photo\nb.png,dog,sketch\n"
    let dataset = try read(table, "?domain=photo&root=/images")
    #expect(dataset.root == "/images" && dataset[.test].count == 1)
    #expect(try read(table, "?root=/images", root: "/images").root == "/images")
    #expect(throws: DatasetError.self) { try read(table, "?root=/images", root: "/other") }
    #expect(throws: DatasetError.self) { try DataSource("folder:/images?root=/other") }
  }

  @Test("columns are found by heading, tabs are separators too, and paths start from the table's folder or the root")
  func columns() throws {
    let dataset = try read(
      "Split\tclass\timage\ntraining\tbig_cat\tb.jpg\nval\tant\ta.jpg\n", name: "t.tsv", root: "/images")
    #expect(dataset.classNames == ["ant", "big cat"])
    #expect(dataset[.train] == [.init(path: "b.jpg", label: 1)])
    #expect(dataset.file(of: dataset[.val][0]) == "/images/a.jpg")
  }

  @Test("numbered labels keep their order and take their names from the class name's column")
  func numbers() throws {
    let dataset = try read("file,label,classname\na.jpg,10,ten\nb.jpg,9,nine\n")
    #expect(dataset.classNames == ["nine", "ten"])
    #expect(dataset[.test].map(\.label) == [1, 0])
  }

  @Test("a selection takes the rows that have a value in each column, and leaves labels as they are")
  func selection() throws {
    let text = "path,label,domain,year\n1,a,photo,1\n2,b,sketch,1\n3,b,photo,2\n4,c,paint,2\n"
    let photo = try read(text, "?domain=photo")
    #expect(photo[.test] == [.init(path: "1", label: 0), .init(path: "3", label: 1)])
    #expect(photo.classNames == ["a", "b", "c"])
    #expect(try read(text, "?domain=photo&domain=sketch&year=1")[.test].map(\.path) == ["1", "2"])
  }

  @Test("faults are reported with their line, column or value")
  func refusals() throws {
    func refusal(_ text: String, _ selection: String = "") -> String {
      "\(#expect(throws: DatasetError.self) { try read(text, selection) }.map { "\($0)" } ?? "")"
    }
    #expect(refusal("path,label\na,b,c\n").hasSuffix("line 2 is 3 fields, expected 2 fields as in the first line"))
    #expect(
      refusal("path,kind\na,b\n").contains(
        "no column label (or class, classname, category, title); its columns are path, kind"))
    #expect(
      refusal("path,label,split\na,b,train\nc,b,rest\n").contains(
        "line 3 is \"rest\" there, expected train, val or test"))
    #expect(refusal("path,label\n\"a,b\n").contains("line 2 is a quoted field that never ends"))
    #expect(refusal("path,label\na\"b,c\n").contains("line 2 is a field with a quote inside"))
    #expect(refusal("path,label\n,c\n").contains("line 2 is without one, expected an image's path"))
    #expect(refusal("path,label\na,\n").contains("line 2 is without one, expected a class"))
    #expect(refusal("path,label,classname\na,1,x\nb,1,y\n").contains("line 3 is of the class \"y\""))
    #expect(
      refusal("path,label,domain\na,x,photo\n", "?domain=foto").contains("nothing has domain=foto; known are photo"))
    #expect(refusal("path,label\na,x\n", "?domain=photo").contains("no column domain, which is to select rows"))
    #expect(refusal("").contains("line 1 is empty"))
  }
}

@Suite("Split files")
struct SplitFileTests {
  private func read(_ text: String) throws -> Dataset {
    try withTemporaryFolder { folder in
      try write(["split.json": text], in: folder)
      return try SplitFile.read("\(folder)/split.json")
    }
  }

  @Test("labels may be texts, underscores in names become spaces, an absent split is empty")
  func reading() throws {
    let dataset = try read(#"{"train": [["a/1.jpg", "1", "big_cat"]], "test": [["b.jpg", 0, "ant"]]}"#)
    #expect(dataset.classNames == ["ant", "big cat"])
    #expect(dataset[.train] == [.init(path: "a/1.jpg", label: 1)])
    #expect(dataset[.val].isEmpty)
  }

  @Test(
    "files of another form are rejected by the key path of the fault",
    arguments: [
      ("{}", "the document"), ("[]", "the document"), (#"{"train": [["a", 0]]}"#, "train[0]"),
      (#"{"train": [["a", 0, "x"], ["b", 0, "y"]]}"#, "train[1][2]"), (#"{"train": [["a", -1, "x"]]}"#, "train[0][1]"),
      (#"{"train": [["a", 4000000000000, "x"]]}"#, "the document"), (#"{"train": [["", 0, "x"]]}"#, "train[0][0]"),
      (#"{"test": [["a", "zero", "x"]]}"#, "test[0][1]"), (#"{"test": {"a": 1}}"#, "test"),
      (#"{"test": [["a", 0, "x"]], "format_version": 2}"#, "format_version"),
      (#"{"test": [["a", 0, "x"]], "sha256": []}"#, "sha256"),
      (#"{"test": [["a", 0, "x"]], "sha256": {"test": ["00", "00"]}}"#, "sha256.test"),
      (#"{"test": [["a", 0, "x"]], "sha256": {"test": ["00"]}}"#, "sha256.test[0]"),
    ])
  func refusals(text: String, location: String) throws {
    let error = #expect(throws: JSONError.self) { try read(text) }
    #expect(error.map { "\($0)" }?.contains("split.json: \(location) is ") == true)
  }

  @Test("a manifest comes back as the data set that it was written of, with the hashes of its files")
  func manifest() throws {
    try withTemporaryFolder { folder in
      try write(["a/1.jpg": "abc", "b/1.jpg": ""], in: folder)
      let dataset = try DataSource("folder:\(folder)").dataset()
      let document = SplitFile.document(dataset, name: "ab", hashes: try dataset.contentHashes())
      let path = "\(folder)/manifest.json"
      try write(["manifest.json": document.serialized()], in: folder)
      let back = try SplitFile.read(path)
      let items = dataset[.test]
      #expect(back[.test].map(\.path) == items.map(\.path) && back[.test].map(\.label) == items.map(\.label))
      #expect(
        back.classNames == dataset.classNames && back.root == folder
          && back.name == "ab")
      #expect(back[.test][0].contentHash == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
      #expect(back.keeping(.base)[.test][0].contentHash == back[.test][0].contentHash)

      let sound = try DatasetCheck(listed: back, comparesHashes: true)
      #expect(sound.isAsListed && sound.splits.map(\.compared) == [2])
      try write(["b/1.jpg": "x"], in: folder)
      let changed = try DatasetCheck(listed: back, comparesHashes: true)
      #expect(!changed.isAsListed && !changed.lacksSomething && changed.splits[0].changed == ["\(folder)/b/1.jpg"])
      #expect(try DatasetCheck(listed: back, comparesHashes: false).isAsListed)
      try FileManager.default.removeItem(atPath: "\(folder)/a/1.jpg")
      let missing = try DatasetCheck(listed: back, comparesHashes: true)
      #expect(missing.lacksSomething && missing.splits[0].missing == 1 && missing.splits[0].compared == 1)
    }
  }

  @Test("a list without hashes compares nothing")
  func withoutHashes() throws {
    try withTemporaryFolder { folder in
      try write(["1.jpg": "", "split.json": #"{"test": [["1.jpg", 0, "x"]]}"#], in: folder)
      let dataset = try SplitFile.read("\(folder)/split.json")
      #expect(dataset[.test][0].contentHash == nil)
      #expect(try DatasetCheck(listed: dataset, comparesHashes: true).splits.map(\.compared) == [0])
    }
  }

  @Test(
    "the 48 Caltech classes and the PACS domains have the counts that their descriptions give",
    .enabled(if: Shared.available))
  func shared() throws {
    let caltech = try SplitFile.read(Shared.path("data/caltech/split_caltech48.json"))
    #expect(Split.allCases.map { caltech[$0].count } == [644, 144, 539] && caltech.classNames.count == 48)
    let photo = try DataSource("csv:\(Shared.path("data/pacs/pacs.csv"))?domain=photo").dataset()
    #expect(Split.allCases.map { photo[$0].count } == [112, 0, 168] && photo.classNames.count == 7)
    let cifar = try DataSource("cifar10:\(Shared.path("data"))").dataset()
    #expect(Split.allCases.map { cifar[$0].count } == [200, 0, 1000] && cifar.classNames.count == 10)
  }
}
