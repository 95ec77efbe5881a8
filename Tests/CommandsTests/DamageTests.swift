import Foundation
import PromptLensFiles
import TestSupport
import Testing

@Suite("Damage, mixed folders and races are found by whoever opens the files")
struct DamageTests {
  @Test("an error of libhdf5 is one sentence; all of its messages follow with --verbose, and in the log")
  func messagesOfTheLibrary() throws {
    try withTemporaryFolder { folder in
      let whole = try Data(contentsOf: URL(fileURLWithPath: Fixtures.path("hdf5/chunked.h5")))
      try whole.prefix(2048).write(to: URL(fileURLWithPath: "\(folder)/cut.h5"))
      let plain = try Executable.run(["inspect", "\(folder)/cut.h5", "--log", "\(folder)/log"])
      #expect(plain.status == 65 && plain.errors.hasPrefix("error: ") && plain.errors.split(separator: "\n").count == 1)
      let logged = try String(contentsOfFile: "\(folder)/log", encoding: .utf8)
      #expect(logged.contains("libhdf5: #0 ") && logged.contains("H5Fopen"))
      let verbose = try Executable.run(["inspect", "\(folder)/cut.h5", "-v"])
      #expect(verbose.status == 65 && verbose.errors.contains("libhdf5: #0 ") && verbose.errors.contains("H5Fopen"))
    }
  }

  /// Calls `body` with the arguments of a short training on drawn pictures, all but `--seed` and `--output`.
  private func withTraining(_ body: ([String], _ folder: String) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let drawn = try Executable.run(
        [
          "draw", "--output", "\(folder)/pictures", "--classes", "apple", "key", "--train", "2", "--test", "2",
          "--styles", "photo",
        ])
      try #require(drawn.status == 0, "\(drawn.errors)")
      try body(
        [
          "train", "--model", ConvertedModel.visionTransformer.get(), "--data", "csv:\(folder)/pictures/pictures.csv",
          "--shots", "1", "--epochs", "2", "--views", "1",
        ], folder)
    }
  }

  /// Flips a bit of a file, in the middle of the bytes that follow those that `marks` match.
  private func flip(_ path: String, at offset: Int) throws {
    var bytes = try MappedFile.contents(of: path, limit: 1 << 30)
    bytes[offset] ^= 0x40
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  @Test("a flipped bit in a context, a feature store or a classifier is named by the command that opens it")
  func flippedBits() throws {
    try withTraining { arguments, folder in
      let run = "\(folder)/run"
      let trained = try Executable.run(arguments + ["--output", run])
      try #require(trained.status == 0, "\(trained.errors)")
      let data = arguments[4]
      #expect(try Executable.run(["classifier", run, "--output", "\(folder)/w.h5"]).status == 0)
      let store = try #require(
        try FileManager.default.contentsOfDirectory(atPath: "\(run)/features").first {
          $0.hasPrefix("test-") && $0.hasSuffix(".h5")
        })
      let cases = [
        ("context.h5", "\(run)/context.h5", ["evaluate", run, "--data", data]),
        ("w.h5", "\(folder)/w.h5", ["evaluate", "\(folder)/w.h5", "--data", data, "--model", arguments[2]]),
        (store, "\(run)/features/\(store)", ["evaluate", run, "--features", "\(run)/features/\(store)"]),
      ]
      for (name, path, command) in cases {
        try #require(try Executable.run(command).status == 0, "\(command)")
        let sound = try Data(contentsOf: URL(fileURLWithPath: path))
        // The numbers are the first data in the file, at a multiple of 64 bytes behind its headers.
        let offset = try #require(
          stride(from: 2048, to: sound.count - 64, by: 64).first { start in
            sound[start..<start + 64].filter { $0 != 0 }.count > 40
          })
        try flip(path, at: offset + 3)
        let found = try Executable.run(command)
        #expect(
          found.status == 65 && found.errors.contains(name) && found.errors.contains("have changed since"),
          "\(name): \(found.errors)")
        try sound.write(to: URL(fileURLWithPath: path))
      }
    }
  }

  @Test("a flipped bit in a model's tensor is found as the tensor is first used")
  func flippedModel() throws {
    try withTemporaryFolder { folder in
      let model = "\(folder)/model"
      try FileManager.default.copyItem(atPath: ConvertedModel.visionTransformer.get(), toPath: model)
      let bytes = try MappedFile.contents(of: "\(model)/model.h5", limit: 1 << 30)
      try flip("\(model)/model.h5", at: bytes.count / 2)
      let image = Fixtures.path("images/lossless.webp")
      let found = try Executable.run(["embed", "--model", model, "--text", "a", "--image", image])
      #expect(found.status == 65 && found.errors.contains("have changed since"), "\(found.errors)")
    }
  }

  @Test(
    "verify names a changed vocabulary, golden file or manifest",
    arguments: [("tokenizer.json", "cat"), ("golden.json", "text_features"), ("manifest.json", "attributes")])
  func flippedModelFiles(file: String, mark: String) throws {
    try withTemporaryFolder { folder in
      let model = "\(folder)/model"
      try #require(try Executable.run(["convert", "mini-clip", "--output", model]).status == 0)
      #expect(try Executable.run(["verify", model]).status == 0)
      let path = "\(model)/\(file)"
      let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      let offset = try #require(bytes.range(of: Data(mark.utf8))).lowerBound
      var changed = bytes
      // Another letter: the document stays well-formed.
      changed[offset] ^= 1
      try changed.write(to: URL(fileURLWithPath: path))
      let found = try Executable.run(["verify", model])
      #expect(found.status == 65 && found.errors.contains(file), "\(found.errors)")
      if file == "tokenizer.json" {
        let embedded = try Executable.run(["embed", "--model", model, "--text", "a"])
        #expect(embedded.status == 65 && embedded.errors.contains(file), "\(embedded.errors)")
      }
      try FileManager.default.removeItem(atPath: path)
      let missing = try Executable.run(["verify", model])
      #expect(missing.status != 0 && missing.errors.contains(file == "manifest.json" ? model : file))
    }
  }

  @Test("--no-check uses damaged numbers as they are")
  func noCheck() throws {
    try withTraining { arguments, folder in
      let run = "\(folder)/run"
      try #require(try Executable.run(arguments + ["--output", run]).status == 0)
      let path = "\(run)/context.h5"
      let sound = try Data(contentsOf: URL(fileURLWithPath: path))
      let offset = try #require(
        stride(from: 2048, to: sound.count - 64, by: 64).first { start in
          sound[start..<start + 64].filter { $0 != 0 }.count > 40
        })
      try flip(path, at: offset + 3)
      // A whole run is tied together by hashes of its own; a context's file alone has only its checksum.
      let evaluate = ["evaluate", path, "--model", arguments[2], "--data", arguments[4]]
      #expect(try Executable.run(evaluate).status == 65)
      let found = try Executable.run(evaluate + ["--no-check"])
      #expect(found.status == 0, "\(found.errors)")
    }
  }

  @Test("files of two runs in one folder are found when it is opened", arguments: ["result.json", "context.h5"])
  func mixed(file: String) throws {
    try withTraining { arguments, folder in
      for seed in ["1", "2"] {
        let trained = try Executable.run(arguments + ["--seed", seed, "--output", "\(folder)/run\(seed)"])
        try #require(trained.status == 0, "\(trained.errors)")
      }
      try FileManager.default.removeItem(atPath: "\(folder)/run1/\(file)")
      try FileManager.default.copyItem(atPath: "\(folder)/run2/\(file)", toPath: "\(folder)/run1/\(file)")
      let found = try Executable.run(["evaluate", "\(folder)/run1", "--data", arguments[4]])
      #expect(found.status == 65 && found.errors.contains("files of two runs are mixed"), "\(found.errors)")
    }
  }

  @Test("results of other settings are not written among those of a folder; the same command makes them again")
  func otherSettings() throws {
    try withTraining { arguments, folder in
      let probe = ["probe", "--model", arguments[2], "--data", arguments[4], "--output", "\(folder)/probe"]
      #expect(try Executable.run(probe).status == 0)
      let other = try Executable.run(probe + ["--c", "0.5"])
      #expect(other.status == 73 && other.errors.contains("results of other settings"), "\(other.errors)")
      // As after a crash: the note says that the results are unfinished.
      let note = "\(folder)/probe/.results.json"
      let text = try String(contentsOfFile: note, encoding: .utf8)
      try Data(text.replacing("true", with: "false").utf8).write(to: URL(fileURLWithPath: note))
      try FileManager.default.removeItem(atPath: "\(folder)/probe/result.json")
      #expect(try Executable.run(probe + ["--threads", "1"]).status == 0)
      #expect(FileManager.default.fileExists(atPath: "\(folder)/probe/result.json"))
    }
  }

  @Test("of two different runs that race into one folder, one is refused and the other is whole")
  func race() throws {
    try withTraining { arguments, folder in
      for round in 0..<4 {
        let run = "\(folder)/race\(round)"
        let processes = try ["1", "2"].map { seed in
          let process = Process()
          process.executableURL = URL(fileURLWithPath: Executable.path)
          process.arguments = arguments + ["--seed", seed, "--output", run]
          process.standardOutput = FileHandle.nullDevice
          process.standardError = FileHandle.nullDevice
          try process.run()
          return process
        }
        for process in processes { process.waitUntilExit() }
        // The second finds the first at work, or, once that has ended, its settings.
        #expect([[0, 65], [0, 73]].contains(processes.map(\.terminationStatus).sorted()))
        #expect(try Executable.run(["evaluate", run, "--data", arguments[4]]).status == 0)
      }
    }
  }

  @Test(
    "an impossible value in a result is named", arguments: [("accuracy", "7.5"), ("zero_shot_accuracy", "1e308")])
  func impossible(key: String, value: String) throws {
    try withTraining { arguments, folder in
      let run = "\(folder)/run"
      #expect(try Executable.run(arguments + ["--output", run]).status == 0)
      let path = "\(run)/result.json"
      let text = try String(contentsOfFile: path, encoding: .utf8)
      let changed = text.replacing(try Regex("\"\(key)\" ?: ?[0-9.e-]+"), with: "\"\(key)\":\(value)")
      try #require(changed != text)
      try Data(changed.utf8).write(to: URL(fileURLWithPath: path))
      let found = try Executable.run(["evaluate", run, "--data", arguments[4]])
      #expect(
        found.status == 65 && found.errors.contains(key) && found.errors.contains("expected a number from 0 to 1"),
        "\(found.errors)")
    }
  }
}
