import Foundation
import PromptLensDatasets
import PromptLensFiles
import TestSupport
import Testing

@Suite("Folders in common forms")
struct FolderFormsTests {
  private func read(_ paths: [String], links: [String: String] = [:], _ query: String = "") throws -> Dataset {
    try withTemporaryFolder { folder in
      try touch(paths, in: folder)
      for (link, target) in links {
        try FileManager.default.createSymbolicLink(atPath: "\(folder)/\(link)", withDestinationPath: target)
      }
      return try DataSource("folder:\(folder)\(query)").dataset()
    }
  }

  private func refusal(_ paths: [String], links: [String: String] = [:], _ query: String = "") -> String {
    "\(#expect(throws: DatasetError.self) { try read(paths, links: links, query) }.map { "\($0)" } ?? "")"
  }

  @Test("splits are recognized beside other folders, which are noted")
  func splitsBesideOthers() throws {
    let dataset = try read([
      "train/a/1.jpg", "train/b/1.jpg", "test/a/2.jpg", "__MACOSX/train/._1.jpg", "annotations/1.xml",
    ])
    #expect(dataset.classNames == ["a", "b"])
    #expect(dataset[.train].count == 2 && dataset[.test].map(\.path) == ["test/a/2.jpg"])
    #expect(dataset.notes.contains(.passedOverFolders(["__MACOSX", "annotations"])))
    // A class may be called as a split.
    #expect(try read(["train/1.jpg", "bus/1.jpg"]).classNames == ["bus", "train"])
    #expect(
      refusal(["val/a/1.jpg", "valid/b/1.jpg", "train/a/1.jpg"]).contains("val and valid both name the val split"))
  }

  @Test("a single split folder is recognized, and the error for missing test images suggests hold-out")
  func loneSplit() throws {
    let dataset = try read(["train/a/1.jpg", "train/b/1.jpg", "notes/x.txt"])
    #expect(dataset[.train].count == 2 && dataset.classNames == ["a", "b"])
    let error = #expect(throws: DatasetError.self) { try dataset.items(of: .test) }
    #expect(error.map { "\($0)" }?.contains("?hold-out=20%") == true)
  }

  @Test("one class, and folders that hold data sets, are refused with the path that is probably meant")
  func oneClass() {
    #expect(refusal(["data/a/1.jpg", "data/b/1.jpg", "data/c/1.jpg", "__MACOSX/x"]).contains("/data?"))
    #expect(refusal(["x/data/a/1.jpg", "x/data/b/1.jpg"]).contains("/x/data?"))
    #expect(refusal(["1.jpg", "2.jpg"]).contains("found 2 images and no folders"))
    #expect(refusal(["a/1.jpg"]).contains("at least two classes, found one, \"a\""))
    #expect(
      refusal(["photo/train/a/1.jpg", "photo/test/a/1.jpg", "sketch/train/a/1.jpg", "sketch/test/a/1.jpg"])
        .contains("hold splits of their own"))
    #expect(throws: DatasetError.self) {
      try withTemporaryFolder { folder in
        try touch(["a/1.jpg", "b/1.jpg"], in: folder)
        do {
          _ = try DataSource("folder:\(folder)/a").dataset()
        } catch {
          #expect("\(error)".contains("give the one above it, "))
          throw error
        }
      }
    }
  }

  @Test("links are followed, and each real folder and file is listed once")
  func links() throws {
    let dataset = try read(
      ["a/1.jpg", "b/1.jpg", "b/deep/2.jpg"],
      links: ["a/loop": ".", "a/up": "..", "a/again.jpg": "1.jpg", "b/other": "../a"])
    #expect(dataset[.test].map(\.path) == ["a/1.jpg", "b/1.jpg", "b/deep/2.jpg"])
    #expect(dataset.notes == [.repeatedLinks(count: 4, example: "a/loop")])
    #expect(refusal(["a/1.jpg"], links: ["b": "a"]).contains("b is a link to a"))
    // Splits may be links to each other.
    let linked = try read(["test/a/1.jpg", "test/b/1.jpg", "train/a/1.jpg"], links: ["val": "test"])
    #expect(linked[.val].count == 2 && linked[.test].count == 2)
  }

  @Test("files with other endings are counted by ending, and system files aren't counted")
  func endings() throws {
    let dataset = try read([
      "a/1.JPEG", "a/2.jfif", "a/3", "a/4.jpg_large", "a/5.jpg.1", "a/6.txt", "a/7.txt", "a/Thumbs.db", "a/desktop.ini",
      "b/1.Jpg", "top.jpg",
    ])
    #expect(dataset[.test].count == 3)
    #expect(dataset.notes.contains(.imagesOutsideClasses(count: 1, example: "top.jpg")))
    let said = dataset.notes.map(\.description).joined()
    #expect(said.contains("5 files were passed over"))
    #expect(
      said.contains("2 .txt") && said.contains("1 .1") && said.contains("1 .jpg_large") && said.contains("1 without"))
  }

  @Test("classes without images are named, in the split that lacks them")
  func emptyClasses() throws {
    #expect(try read(["a/1.jpg", "b/1.jpg", "c/.keep"]).notes == [.emptyClasses(part: "", names: ["c"])])
    let split = try read(["train/a/1.jpg", "train/b/1.jpg", "test/a/1.jpg", "test/b/.keep"])
    #expect(split.notes == [.emptyClasses(part: "test", names: ["b"])])
  }

  @Test("a folder whose name isn't UTF-8 is refused by name; such files are passed over with a note")
  func otherEncodings() throws {
    try withTemporaryFolder { folder in
      try touch(["a/1.jpg", "b/1.jpg"], in: folder)
      func bytes(_ name: String) -> [CChar] {
        Array("\(folder)/\(name)".utf8).map { CChar(bitPattern: $0 == UInt8(ascii: "?") ? 0xE9 : $0) } + [0]
      }
      close(open(bytes("a/caf?.jpg"), O_WRONLY | O_CREAT, 0o600))
      let dataset = try DataSource("folder:\(folder)").dataset()
      #expect(dataset.notes == [.undecodableNames(count: 1, example: "a/caf\\xE9.jpg")])
      mkdir(bytes("caf?"), 0o700)
      #expect(throws: DatasetError.undecodableName(path: folder, name: "caf\\xE9")) {
        try DataSource("folder:\(folder)").dataset()
      }
      rmdir(bytes("caf?"))
    }
  }

  @Test("spellings of one class are joined between splits with a note; within a split they are refused")
  func spellings() throws {
    let dataset = try read(["train/Cafe\u{301}/1.jpg", "train/big_cat/1.jpg", "test/café/1.jpg", "test/Big cat /1.jpg"])
    #expect(dataset.classNames == ["Café", "big cat"])
    #expect(dataset[.test].map(\.label) == [1, 0] || dataset[.test].map(\.label) == [0, 1])
    guard case .joinedNames(let groups)? = dataset.notes.first else {
      Issue.record("the spellings are not said")
      return
    }
    #expect(groups.count == 2)
    #expect(refusal(["big_cat/1.jpg", "big cat/1.jpg", "dog/1.jpg"]).contains("name the same class"))
    #expect(refusal(["___/1.jpg", "dog/1.jpg"]).contains("no name that a prompt could use"))
    // Letters are classes of their own.
    #expect(try read(["A/1.jpg", "a/1.jpg"]).classNames == ["A", "a"])
  }

  @Test("a split of unsorted images is noted, and a list of labels sorts them")
  func unsorted() throws {
    try withTemporaryFolder { folder in
      try touch(["train/n1/1.jpg", "train/n2/1.jpg", "val/images/v_0.JPEG", "val/images/v_1.JPEG"], in: folder)
      let dataset = try DataSource("folder:\(folder)").dataset()
      #expect(dataset.classNames == ["n1", "n2"])
      #expect(dataset.notes == [.unsortedSplit("val", count: 2)])
      let error = #expect(throws: DatasetError.self) { try dataset.items(of: .val) }
      #expect(error.map { "\($0)" }?.contains("?labels=FILE") == true)

      func labels(_ text: String) throws -> [Int] {
        try write(["list.txt": text], in: folder)
        return try DataSource("folder:\(folder)?labels=\(folder)/list.txt").dataset()[.val].map(\.label)
      }
      #expect(try labels("v_1.JPEG\tn1\t0\t0\nv_0.JPEG\tn2\t0\t0\n") == [1, 0])
      #expect(try labels("ImageId,PredictionString\nv_0,n2 85 1 499\nv_1,n1 1 2 3\n") == [1, 0])
      #expect(try labels("n2\nn1\n") == [1, 0])
      #expect(try labels("v_0.JPEG 1\nv_1.JPEG 0\n") == [1, 0])
      #expect(throws: DatasetError.unlabeledImage(path: "\(folder)/list.txt", image: "val/images/v_1.JPEG")) {
        try labels("v_0.JPEG n2\n")
      }
      #expect(throws: DatasetError.self) { try labels("490\n361\n") }
    }
    #expect(refusal(["train/1.jpg", "test/1.jpg"]).contains("aren't sorted"))
  }

  @Test("the kind may be left out where there is no doubt, and ~ is the user's folder")
  func kinds() throws {
    try withTemporaryFolder { folder in
      try touch(["a/1.jpg", "b/1.jpg"], in: folder)
      let source = try DataSource("\(folder)?split=train")
      #expect(source.kind == .folder && source.description == "folder:\(folder)?split=train")
      #expect(try source.dataset()[.train].count == 2)
    }
    #expect(try DataSource("a/b.CSV").kind == .csv && DataSource("b.json").kind == .split)
    #expect(try DataSource("shards/x-{000..009}.tar").kind == .shards)
    #expect(try DataSource("folder:~/pictures").path == "\(NSHomeDirectory())/pictures")
  }
}
