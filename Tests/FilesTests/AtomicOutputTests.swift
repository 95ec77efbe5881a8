import PromptLensFiles
import Foundation
import TestSupport
import Testing

@Suite("Atomic output")
struct AtomicOutputTests {
  private struct Interruption: Error, Equatable {}

  private func write(_ text: String, to path: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
  }

  private func read(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

  private func names(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  @Test("a file is the old one until the new one is complete")
  func file() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.txt"
      try write("old", to: path)
      let result = try AtomicOutput.file(at: path) { temporary in
        try write("new", to: temporary)
        #expect(try read(path) == "old")
        return 7
      }
      #expect(result == 7)
      #expect(try read(path) == "new")
      #expect(try names(in: folder) == ["a.txt"])
    }
  }

  @Test("a file of another process that came after the check stays")
  func meanwhile() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.txt"
      try OutputCheck.file(path, force: false)
      #expect(throws: FileError.exists(path: path)) {
        try AtomicOutput.file(at: path) { temporary in
          try write("mine", to: temporary)
          try write("another's", to: path)
        }
      }
      #expect(try read(path) == "another's")
      #expect(try names(in: folder) == ["a.txt"])
      // By force, the last one stays.
      try OutputCheck.file(path, force: true)
      try AtomicOutput.file(at: path) { try write("mine", to: $0) }
      #expect(try read(path) == "mine")
    }
  }

  @Test("when writing a file fails, the old one stays and nothing else is left")
  func failedFile() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.txt"
      try write("old", to: path)
      #expect(throws: Interruption()) {
        try AtomicOutput.file(at: path) { temporary in
          try write("half", to: temporary)
          throw Interruption()
        }
      }
      #expect(try read(path) == "old")
      #expect(try names(in: folder) == ["a.txt"])
      #expect(throws: FileError.unwritable(path: folder, reason: "Is a directory")) {
        try AtomicOutput.file(at: folder) { try write("a file", to: $0) }
      }
      #expect(try names(in: folder) == ["a.txt"])
    }
  }

  @Test("a folder with contents is replaced only on request, by a complete folder")
  func folder() throws {
    try withTemporaryFolder { parent in
      let path = "\(parent)/model"
      try AtomicOutput.folder(at: path, replacing: false) { try write("1", to: "\($0)/first") }
      #expect(throws: FileError.self) {
        try AtomicOutput.folder(at: path, replacing: false) { try write("2", to: "\($0)/second") }
      }
      #expect(throws: Interruption()) {
        try AtomicOutput.folder(at: path, replacing: true) { temporary in
          try write("2", to: "\(temporary)/second")
          throw Interruption()
        }
      }
      #expect(try names(in: path) == ["first"])
      try AtomicOutput.folder(at: "\(path)/", replacing: true) { try write("2", to: "\($0)/second") }
      #expect(try names(in: path) == ["second"])
      #expect(try names(in: parent) == ["model"])
    }
  }

  @Test("an empty folder is filled, and a file at the path of a folder is left unchanged")
  func existingPaths() throws {
    try withTemporaryFolder { parent in
      try AtomicOutput.makeFolder(at: "\(parent)/deep/empty")
      try AtomicOutput.folder(at: "\(parent)/deep/empty", replacing: false) { try write("1", to: "\($0)/first") }
      #expect(try names(in: "\(parent)/deep/empty") == ["first"])
      try write("mine", to: "\(parent)/file")
      #expect(throws: FileError.self) {
        try AtomicOutput.folder(at: "\(parent)/file", replacing: true) { try write("1", to: "\($0)/first") }
      }
      #expect(throws: FileError.self) {
        try AtomicOutput.file(at: "\(parent)/none/a") { try write("1", to: $0) }
      }
      #expect(try read("\(parent)/file") == "mine")
      #expect(try names(in: parent) == ["deep", "file"])
    }
  }

  @Test("a file that is written in pieces holds them in order, and an error names the file that was meant")
  func pieces() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a"
      let count = try OutputFile.create(path, named: "final") { file in
        try file.write([1, 2])
        try file.write([])
        try file.write([3])
        return file.count
      }
      #expect(count == 3)
      #expect(try MappedFile.contents(of: path, limit: 3) == [1, 2, 3])
      #expect(throws: FileError.unwritable(path: "final", reason: "No such file or directory")) {
        try OutputFile.create("\(folder)/none/a", named: "final") { try $0.write([1]) }
      }
    }
  }

  @Test("what a killed process left is removed by the next one to write there, and what a living one writes stays")
  func leftovers() throws {
    try withTemporaryFolder { folder in
      try write("half", to: "\(folder)/.a.h5.0123ABCD.partial")
      try AtomicOutput.makeFolder(at: "\(folder)/.model.89ABCDEF.partial")
      try write("mine", to: "\(folder)/.notes.partial")
      try write("mine", to: "\(folder)/.b.01234567.partial")
      let living = open("\(folder)/.b.01234567.partial", O_RDONLY)
      defer { close(living) }
      #expect(flock(living, LOCK_EX | LOCK_NB) == 0)
      try AtomicOutput.text("1", to: "\(folder)/a.h5")
      #expect(try names(in: folder) == [".b.01234567.partial", ".notes.partial", "a.h5"])
    }
  }

  @Test("a symbolic link is followed, also to a file that doesn't exist, and a circle of links is refused")
  func links() throws {
    try withTemporaryFolder { folder in
      let manager = FileManager.default
      try AtomicOutput.makeFolder(at: "\(folder)/real")
      try manager.createSymbolicLink(atPath: "\(folder)/link", withDestinationPath: "real/new")
      try AtomicOutput.text("1", to: "\(folder)/link")
      #expect(try read("\(folder)/real/new") == "1")
      try manager.createSymbolicLink(atPath: "\(folder)/a", withDestinationPath: "b")
      try manager.createSymbolicLink(atPath: "\(folder)/b", withDestinationPath: "a")
      #expect(throws: FileError.self) { try AtomicOutput.text("1", to: "\(folder)/a") }
    }
  }

  @Test("a device is written to and stays where it is")
  func device() throws {
    try AtomicOutput.text("1", to: "/dev/null")
    var status = stat()
    #expect(stat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
    let error = #expect(throws: FileError.self) { try AtomicOutput.text("1", to: "/dev/full") }
    #expect(error?.description.hasPrefix("/dev/full: cannot be written: no space left on ") == true)
    #expect(throws: FileError.self) { try AtomicOutput.folder(at: "/dev/null", replacing: true) { _ in } }
  }

  @Test("one process at a time has a folder")
  func claims() throws {
    try withTemporaryFolder { folder in
      let first = try Claim.folder("\(folder)/new")
      #expect(throws: FileError.busy(path: "\(folder)/new")) { try Claim.folder("\(folder)/new") }
      withExtendedLifetime(first) {}
    }
  }
}

@Suite("Claims")
struct ClaimTests {
  @Test("a claim is one owner's at a time, and free again when it is given up")
  func claim() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/claim"
      var first = try Claim(at: path)
      #expect(first != nil)
      let second = try Claim(at: path)
      #expect(second == nil)
      first = nil
      let third = try Claim(at: path)
      #expect(third != nil)
      #expect(throws: FileError.self) { try Claim(at: "\(folder)/none/claim") }
    }
  }
}
