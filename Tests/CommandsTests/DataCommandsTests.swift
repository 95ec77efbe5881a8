import Foundation
import PromptLensJSONDocuments
import TestSupport
import Testing

@Suite("Data sets and features on the command line")
struct DataCommandsTests {
  private func json(_ arguments: [String]) throws -> JSONNode {
    let outcome = try Executable.run(arguments + ["--format", "json"])
    try #require(outcome.status == 0, "\(outcome.errors)")
    return JSONNode(source: "output", value: try JSON(parsing: Array(outcome.output.utf8), source: "output"))
  }

  /// Copies pictures of the fixtures into class folders, and two files that aren't pictures.
  private func makePictures(in folder: String, damaged: Bool = false) throws -> String {
    let pictures = ["baseline-420.jpg", "gray.jpg", "lossy.webp", "rgb-8-bit.png", "cmyk.jpg", "progressive.jpg"]
    for (index, picture) in pictures.enumerated() {
      let target = "\(folder)/pictures/class_\(index % 2)"
      try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
      try FileManager.default.copyItem(atPath: Fixtures.path("images/\(picture)"), toPath: "\(target)/\(picture)")
    }
    if damaged {
      try Data("none".utf8).write(to: URL(fileURLWithPath: "\(folder)/pictures/class_0/broken.jpg"))
    }
    return "\(folder)/pictures"
  }

  @Test("data list names the known data sets, and data check ends with 66 when a file is missing")
  func listing() throws {
    let list = try json(["data", "list"]).array()
    #expect(try list.count == 31 && list[1].string("name") == "oxford-pets")
    try withTemporaryFolder { folder in
      let outcome = try Executable.run(["data", "check", "oxford-pets", "--root", folder])
      #expect(outcome.status == 66 && outcome.output.contains("split_zhou_OxfordPets.json  missing"))
      #expect(outcome.output.contains("https://"))
    }
    #expect(try Executable.run(["data", "check", "mnist", "--root", "."]).status == 64)
  }

  @Test("data draw prints the reference's draw", .enabled(if: Shared.available))
  func draw() throws {
    let folder = Shared.path("data/coop-draws")
    let printed = try json([
      "data", "draw", "--data", "split:\(folder)/split_zhou_DescribableTextures.json", "--shots", "16", "--seed", "3",
    ])
    let recorded = try JSONNode(contentsOf: "\(folder)/DescribableTextures.json").node("shots=16,seed=3")
    for split in ["train", "val"] { #expect(try printed.node(split).value == recorded.node(split).value) }
    #expect(try printed.array("notes").isEmpty)
  }

  @Test("a manifest of a folder can replace the folder as data")
  func manifest() throws {
    let model = try ConvertedModel.modifiedResNet.get()
    try withTemporaryFolder { folder in
      let pictures = try makePictures(in: folder)
      let manifest = "\(folder)/manifest.json"
      let written = try json(["data", "split", "--data", "folder:\(pictures)", "--output", manifest])
      #expect(try written.string("file") == manifest && written.node("images").integer("test") == 6)
      let images = try json(["zero-shot", "--model", model, "--images", pictures])
      let listed = try json(["zero-shot", "--model", model, "--data", "split:\(manifest)", "--root", pictures])
      #expect(try images.node("classes").value == listed.node("classes").value)
      #expect(try images.integer("n") == 6)
    }
  }

  @Test("data check names images that changed since their manifest was written, and commands refuse them")
  func changedImages() throws {
    let model = try ConvertedModel.modifiedResNet.get()
    try withTemporaryFolder { folder in
      let pictures = try makePictures(in: folder)
      let manifest = "\(folder)/manifest.json"
      #expect(try Executable.run(["data", "split", "--data", "folder:\(pictures)", "--output", manifest]).status == 0)
      let check = ["data", "check", "split:\(manifest)", "--root", pictures]
      let sound = try json(check)
      #expect(try sound.bool("complete") && sound.array("splits")[0].integer("compared") == 6)

      // An intact picture under another's name.
      let path = "\(pictures)/class_1/gray.jpg"
      try FileManager.default.removeItem(atPath: path)
      try FileManager.default.copyItem(atPath: Fixtures.path("images/baseline-420.jpg"), toPath: path)
      let changed = try Executable.run(check)
      #expect(changed.status == 65 && changed.output.contains("class_1/gray.jpg"), "\(changed.output)")
      #expect(try Executable.run(check + ["--no-hashes"]).status == 0)
      let data = ["--model", model, "--data", "split:\(manifest)", "--root", pictures]
      for command in [["extract", "--split", "test", "--output", "\(folder)/f.h5"], ["zero-shot"]] {
        let refused = try Executable.run(command + data)
        #expect(refused.status == 65 && refused.errors.contains("class_1/gray.jpg: its content has changed"))
      }
      try FileManager.default.removeItem(atPath: path)
      #expect(try Executable.run(check).status == 66)
    }
    #expect(try Executable.run(["data", "check", "oxford-pets"]).status == 64)
  }

  @Test("features have the same bytes for any number of readers, memory and threads")
  func readingAhead() throws {
    let model = try ConvertedModel.modifiedResNet.get()
    try withTemporaryFolder { folder in
      let pictures = try makePictures(in: folder)
      let extract = [
        "extract", "--model", model, "--data", "folder:\(pictures)?split=train", "--split", "train", "--views", "5",
        "--output",
      ]
      _ = try json(extract + ["\(folder)/whole.h5"])
      let settings = [
        ["--readers", "1", "--threads", "1"], ["--readers", "3", "--read-ahead", "200kB", "--threads", "3"],
      ]
      for (index, options) in settings.enumerated() {
        let output = "\(folder)/\(index).h5"
        _ = try json(extract + [output] + options)
        #expect(FileManager.default.contentsEqual(atPath: output, andPath: "\(folder)/whole.h5"), "\(options)")
      }
      let small = try Executable.run(extract + ["\(folder)/small.h5", "--read-ahead", "1kB"])
      #expect(small.status == 64 && small.errors.contains("--read-ahead is 1,000 bytes"), "\(small.errors)")
    }
  }

  @Test("shards join to the bytes of the whole, a finished file is left unchanged, another rejected with 65")
  func shards() throws {
    let model = try ConvertedModel.modifiedResNet.get()
    try withTemporaryFolder { folder in
      let pictures = try makePictures(in: folder)
      let extract = ["extract", "--model", model, "--data", "folder:\(pictures)", "--split", "test"]
      let whole = try json(extract + ["--output", "\(folder)/whole.h5"])
      #expect(try whole.integer("images") == 6 && whole.integer("views") == 1 && whole.integer("width") == 16)
      for number in ["1", "2", "3"] {
        _ = try json(extract + ["--shard", "\(number)/3", "--output", "\(folder)/part-{shard}.h5"])
      }
      let parts = ["3", "1", "2"].map { "\(folder)/part-\($0)-of-3.h5" }
      _ = try json(["merge"] + parts + ["--output", "\(folder)/merged.h5"])
      #expect(FileManager.default.contentsEqual(atPath: "\(folder)/merged.h5", andPath: "\(folder)/whole.h5"))

      // An element of a Slurm array, without a word about it on the command line.
      let element = ["SLURM_ARRAY_TASK_ID": "2", "SLURM_ARRAY_TASK_COUNT": "3", "SLURM_ARRAY_TASK_MIN": "0"]
      let told = try Executable.run(extract + ["--output", "\(folder)/told-{shard}.h5"], environment: element)
      #expect(told.status == 0 && told.errors.contains("part 3/3"), "\(told.errors)")
      #expect(FileManager.default.contentsEqual(atPath: "\(folder)/told-3-of-3.h5", andPath: parts[0]))
      let same = try Executable.run(extract + ["--output", "\(folder)/same.h5"], environment: element)
      #expect(same.status == 64 && same.errors.contains("{shard}"), "\(same.errors)")
      let all = try Executable.run(
        extract + ["--shard", "1/1", "--output", "\(folder)/all.h5"], environment: element)
      #expect(all.status == 0, "\(all.errors)")
      #expect(FileManager.default.contentsEqual(atPath: "\(folder)/all.h5", andPath: "\(folder)/whole.h5"))

      let again = try Executable.run(extract + ["--output", "\(folder)/whole.h5"])
      #expect(again.status == 0 && again.errors.contains("is already finished"))
      let other = try Executable.run(extract + ["--output", "\(folder)/whole.h5", "--resize-in-own-mode"])
      #expect(other.status == 65 && other.errors.contains("the transform evaluation: "), "\(other.errors)")
      #expect(other.errors.contains("RGB before the resize"))
    }
  }

  @Test("a killed extraction is resumed and ends with the bytes of an uninterrupted one")
  func killed() throws {
    let model = try ConvertedModel.modifiedResNet.get()
    try withTemporaryFolder { folder in
      let pictures = try makePictures(in: folder)
      let extract = [
        "extract", "--model", model, "--data", "folder:\(pictures)?split=train", "--split", "train", "--views", "400",
        "--threads", "1", "--output",
      ]
      let output = "\(folder)/features.h5"
      var kills = 0
      for _ in 0..<3 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Executable.path)
        process.arguments = extract + [output]
        (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
        let before = Self.pieces(of: output)
        try process.run()
        while process.isRunning, Self.pieces(of: output) <= before { usleep(1000) }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        if process.terminationReason == .uncaughtSignal { kills += 1 }
      }
      #expect(kills > 0)
      let last = try Executable.run(extract + [output])
      #expect(last.status == 0, "\(last.errors)")
      let whole = try Executable.run(extract + ["\(folder)/whole.h5"])
      #expect(whole.status == 0)
      #expect(FileManager.default.contentsEqual(atPath: output, andPath: "\(folder)/whole.h5"))
      #expect(!FileManager.default.fileExists(atPath: "\(output).partial"))
    }
  }

  private static func pieces(of output: String) -> Int {
    let names = try? FileManager.default.contentsOfDirectory(atPath: "\(output).partial")
    return names?.count { $0.hasSuffix(".h5") && !$0.hasPrefix(".") } ?? 0
  }

  @Test("an unreadable picture stops an extraction with its path, or is skipped and named")
  func unreadable() throws {
    let model = try ConvertedModel.modifiedResNet.get()
    try withTemporaryFolder { folder in
      let pictures = try makePictures(in: folder, damaged: true)
      let output = "\(folder)/features.h5"
      let extract = [
        "extract", "--model", model, "--data", "folder:\(pictures)", "--split", "test", "--output", output,
      ]
      let stopped = try Executable.run(extract)
      #expect(stopped.status == 65 && stopped.errors.contains("class_0/broken.jpg"))
      #expect(!FileManager.default.fileExists(atPath: output))
      let skipping = try json(extract + ["--skip-unreadable"])
      #expect(try skipping.array("skipped").map { try $0.string() } == ["class_0/broken.jpg"])
      #expect(try skipping.integer("images") == 6)
    }
  }

  @Test(
    "settings that don't go together are reported as wrong usage",
    arguments: [
      (["--split", "test", "--shots", "4"], "--shots"),
      (["--split", "train", "--views", "0"], "--views"), (["--split", "test", "--shard", "4/3"], "4/3"),
      (["--split", "test", "--output", "f.npy"], ".h5"), (["--split", "all"], "all"),
      (["--split", "test", "--readers", "0"], "--readers"),
    ])
  func usage(arguments: [String], mention: String) throws {
    let outcome = try Executable.run(
      ["extract", "--model", "/nowhere", "--data", "folder:/nowhere", "--output", "f.h5"] + arguments)
    #expect(outcome.status == 64 && outcome.errors.contains(mention), "\(outcome.errors)")
  }
}
