import PromptLensDatasets
import PromptLensFiles
import Foundation
import TestSupport
import Testing

@Suite("Folders of class folders")
struct ImageFolderTests {
  private func make(_ paths: [String], in folder: String) throws {
    for path in paths {
      let url = URL(fileURLWithPath: "\(folder)/\(path)")
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data().write(to: url)
    }
  }

  @Test("folders are classes in alphabetical order; hidden and other files are left out")
  func listing() throws {
    try withTemporaryFolder { folder in
      try make(
        ["dog/b.JPG", "dog/a.png", "big_cat/x/1.webp", "dog/notes.txt", "dog/.hidden.jpg", ".git/a.jpg", "top.jpg"],
        in: folder)
      let images = try ImageFolder.read(folder)
      #expect(images.classNames == ["big cat", "dog"])
      #expect(
        images[.test].map { "\($0.label) \($0.path)" } == [
          "0 big_cat/x/1.webp", "1 dog/a.png", "1 dog/b.JPG",
        ])
    }
  }

  @Test("a list of names follows the folders' order, and a list of folders uses their names")
  func classLists() throws {
    try withTemporaryFolder { folder in
      try make(["data/n01/a.jpg", "data/n02/a.jpg"], in: folder)
      let names = "\(folder)/names.txt"
      try Data("Tench\r\ngoldfish\n\n".utf8).write(to: URL(fileURLWithPath: names))
      #expect(
        try ImageFolder.read("\(folder)/data", classes: ClassList(contentsOf: names)).classNames == [
          "Tench", "goldfish",
        ])

      let array = "\(folder)/names.json"
      try Data(#"["Tench", "goldfish"]"#.utf8).write(to: URL(fileURLWithPath: array))
      #expect(
        try ImageFolder.read("\(folder)/data", classes: ClassList(contentsOf: array)).classNames == [
          "Tench", "goldfish",
        ])

      let mapping = "\(folder)/mapping.tsv"
      try Data("n02\tgoldfish\nn03\tshark\nn01\ttench\n".utf8).write(to: URL(fileURLWithPath: mapping))
      let images = try ImageFolder.read("\(folder)/data", classes: ClassList(contentsOf: mapping))
      #expect(images.classNames == ["goldfish", "shark", "tench"])
      #expect(images[.test].map(\.label) == [2, 0])
    }
  }

  @Test("a class list that doesn't fit is rejected with its line or its count")
  func badLists() throws {
    try withTemporaryFolder { folder in
      try make(["data/a/1.jpg", "data/b/1.jpg"], in: folder)
      let path = "\(folder)/classes.txt"
      func error(_ text: String) throws -> DatasetError? {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return #expect(throws: DatasetError.self) {
          try ImageFolder.read("\(folder)/data", classes: ClassList(contentsOf: path))
        }
      }
      #expect(try error("cat\n") == .classCount(path: path, expected: 2, found: 1))
      #expect(try error("a\tcat\nc\tdog\n") == .unlistedFolder(path: path, folder: "b"))
      #expect(
        try error("a\tcat\n\nb\tdog\n")
          == .badLine(
            path: path, line: 2, expected: "a folder, a tab and a class name as in other lines", found: "empty"))
    }
  }

  @Test("a folder that is missing, without folders or without images is rejected with its path")
  func empty() throws {
    #expect(throws: FileError.self) { try ImageFolder.read("/nowhere/at/all") }
    try withTemporaryFolder { folder in
      #expect(throws: DatasetError.noClasses(path: folder)) { try ImageFolder.read(folder) }
      try make(["a/readme.txt"], in: folder)
      #expect(throws: DatasetError.noImages(path: folder)) { try ImageFolder.read(folder) }
    }
  }
}
