import Foundation
import PromptLensJSONDocuments
import TestSupport
import Testing

@Suite("Sweeps give the same results in any arrangement, and don't trust damaged files")
struct SweepTests {
  @Test("a plan has a task for each combination, with ids that follow only from the settings")
  func plan() throws {
    try withTemporaryFolder { folder in
      let grid = """
        {"model": "m", "data": ["folder:a", "folder:b"], "shots": [1, 2], "seed": [1, 2, 3], "method": "coop",
         "init": [null, "a photo of a"], "context_length": [4, 16], "class_specific": false}
        """
      let lines = try plan(grid, folder)
      // With words the context's length is theirs: three combinations of words and length, not four.
      #expect(lines.count == 2 * 2 * 3 * 3)
      #expect(Set(lines.map { $0.prefix(40) }).count == lines.count)
      let other = """
        {"seed": [3], "learning_rate": "auto", "init": null, "context_length": 16, "data": "folder:b", "shots": 2, "model": "m"}
        """
      let same = try plan(other, folder)
      #expect(same.count == 1 && lines.contains(same[0]))
    }
  }

  @Test(
    "an invalid grid is rejected by the name of the wrong setting",
    arguments: [
      (#"{"model": "m", "data": "folder:a", "seeds": [1]}"#, "\"seeds\" isn't a setting"),
      (#"{"model": "m"}"#, "data is missing"), (#"{"model": "m", "data": "nonsense"}"#, "nonsense"),
      (#"{"model": "m", "data": "folder:a", "shots": [1, 0]}"#, "shots[1] is 0"),
      (#"{"model": "m", "data": "folder:a", "method": "magic"}"#, "coop or kgcoop"),
      (#"{"model": "m", "data": "folder:a", "learning_rate": "fast"}"#, "learning_rate is a string"),
      (#"{"model": "m", "data": "folder:a", "seed": []}"#, "an empty array"), (#"[1]"#, "expected an object"),
      (#"{"model": "m", "data": "folder:a", "loss": "magic"}"#, "ce or gce:0.7"),
      (#"{"model": "m", "data": "folder:a", "noise": "symmetric"}"#, "KIND:RATE"),
      (#"{"model": "m", "data": "folder:a", "strategy": "small-loss"}"#, "small-loss:0.3"),
      (#"{"model": "m", "data": "folder:a", "method": "cocoop", "strategy": "nlprompt"}"#, "all with method cocoop"),
      (#"{"model": "m", "data": "folder:a", "method": "cocoop", "class_specific": true}"#, "false with method cocoop"),
      (#"{"model": "m", "model": "n"}"#, "key twice"),
    ])
  func badGrid(grid: String, mention: String) throws {
    try withTemporaryFolder { folder in
      try write(grid, "\(folder)/grid.json")
      let outcome = try Executable.run(["sweep", "plan", "\(folder)/grid.json"])
      #expect([64, 65].contains(outcome.status) && outcome.output.isEmpty)
      #expect(outcome.errorLines.count == 1 && outcome.errors.contains(mention), "\(outcome.errors)")
    }
  }

  @Test("noise, losses and strategies make tasks of their own and don't change the ids of other tasks")
  func laterSettings() throws {
    try withTemporaryFolder { folder in
      let plain = try plan(#"{"model": "m", "data": "folder:a"}"#, folder)
      #expect(plain.count == 1 && plain[0].hasPrefix("{\"id\":\"5fc03fa637f4d153\",\"model\":\"m\""))
      #expect(!plain[0].contains("noise") && !plain[0].contains("loss"))
      let grid = """
        {"model": "m", "data": "folder:a", "noise": [null, "symmetric:0.50", "pair:4fp"], "loss": ["ce", "gce", "gce:0.7"],
         "strategy": ["all", "co-teaching:0.2", "nlprompt"]}
        """
      let lines = try plan(grid, folder)
      // gce is gce:0.7.
      #expect(lines.count == 3 * 2 * 3 && lines[0] == plain[0])
      #expect(lines.count { $0.contains("\"noise\":\"symmetric:0.5\"") } == 6)
      #expect(lines.count { $0.contains("\"strategy\":\"nlprompt\"") } == 6)
      let recipes = #"{"model": "m", "data": "folder:a", "recipe": ["paper", "coop", "fast"], "clip_norm": [null, 1]}"#
      let planned = try plan(recipes, folder)
      #expect(
        planned.count == 6 && planned[0] == plain[0] && planned[5].contains("\"recipe\":\"fast\",\"clip_norm\":1"))
    }
  }

  @Test("a run of a sweep learns from the same wrong labels as train, and its merged line names the noise")
  func noise() throws {
    try SmallStudy.with { folder in
      let model = try ConvertedModel.modifiedResNet.get()
      let grid = """
        {"model": "\(model)", "data": "folder:\(folder)/photo", "shots": 2, "seed": 1, "views": 1, "epochs": 3,
         "context_length": 2, "learning_rate": 0.1, "noise": "symmetric:0.5", "loss": "gce", "strategy": "small-loss"}
        """
      try write(plan(grid, folder).map { $0 + "\n" }.joined(), "\(folder)/tasks.jsonl")
      let swept = try Executable.run(["sweep", "run", "\(folder)/tasks.jsonl", "--output", "\(folder)/out"])
      try #require(swept.status == 0, "\(swept.errors)")
      #expect(swept.errors.contains("gce:0.7, small-loss, symmetric:0.5"), "\(swept.errors)")
      #expect(try Executable.run(["sweep", "merge", "\(folder)/out"]).status == 0)
      let runs = try String(contentsOfFile: "\(folder)/out/runs.csv", encoding: .utf8)
      #expect(runs.contains("small-loss:0.5") && runs.contains("symmetric:0.5"), "\(runs)")
      let trained = try SmallStudy.train(
        folder, output: "alone", ["--noise", "symmetric:0.5", "--loss", "gce:0.7", "--strategy", "small-loss:0.5"])
      let hash = try JSONNode(contentsOf: "\(trained)/result.json").string("context_sha256")
      #expect(try String(contentsOfFile: "\(folder)/out/sweep.json", encoding: .utf8).contains(hash))
    }
  }

  @Test("shards, jobs and processes in one folder give the bytes of a single process")
  func sameBytes() throws {
    try SmallStudy.with { folder in
      try write(plan(try grid(folder), folder).map { $0 + "\n" }.joined(), "\(folder)/tasks.jsonl")
      func sweep(_ name: String, _ more: [String] = []) throws {
        let outcome = try Executable.run(
          ["sweep", "run", "\(folder)/tasks.jsonl", "--output", "\(folder)/\(name)"] + more)
        try #require(outcome.status == 0, "\(outcome.errors)")
      }
      func merged(_ name: String) throws -> [Data] {
        let outcome = try Executable.run(
          ["sweep", "merge", "\(folder)/\(name)", "--tasks", "\(folder)/tasks.jsonl"])
        try #require(outcome.status == 0, "\(outcome.errors)")
        return try ["sweep.csv", "sweep.json", "runs.csv", "sweep.tex"].map {
          try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)/\($0)"))
        }
      }
      try sweep("one")
      let expected = try merged("one")
      try sweep("jobs", ["--jobs", "3", "--threads", "2"])
      for part in 1...3 { try sweep("parts", ["--shard", "\(part)/3"]) }
      let together = try (0..<2).map { _ in
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Executable.path)
        process.arguments = ["sweep", "run", "\(folder)/tasks.jsonl", "--output", "\(folder)/together"]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
      }
      for process in together {
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
      }
      for name in ["jobs", "parts", "together"] { #expect(try merged(name) == expected, "\(name)") }
      let text = String(decoding: expected[0], as: UTF8.self)
      #expect(text.contains("accuracy_mean,accuracy_sd,accuracy_low,accuracy_high"))
      #expect(text.split(separator: "\n").count == 3)
      let chart = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/one").first { $0.hasSuffix(".svg") }
      #expect(chart?.hasPrefix("shots-") == true)

      // A run of train has the same bits as the sweep's.
      let trained = try SmallStudy.train(folder, output: "alone", seed: 2)
      let hash = try JSONNode(contentsOf: "\(trained)/result.json").string("context_sha256")
      #expect(String(decoding: expected[1], as: UTF8.self).contains(hash))
    }
  }

  @Test("runs side by side have the bits of runs one by one, and one that fails fails alone")
  func sideBySide() throws {
    try SmallStudy.with { folder in
      let text = """
        {"model": "\(try ConvertedModel.modifiedResNet.get())", "data": "folder:\(folder)/photo", "shots": 2,
         "seed": [1, 2, 3], "views": 1, "epochs": [1, 3], "learning_rate": [0.1, 1e30], "context_length": 2,
         "class_specific": [false, true], "method": ["coop", "prograd"]}
        """
      try write(text, "\(folder)/grid.json")
      func contexts(_ name: String, _ more: [String]) throws -> [String: String] {
        let outcome = try Executable.run(
          ["sweep", "run", "\(folder)/grid.json", "--output", "\(folder)/\(name)"] + more)
        #expect(outcome.status == 65 && outcome.errors.contains("learning rate"), "\(outcome.errors)")
        let runs = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(name)/runs")
        #expect(runs.count == 48)
        let results = runs.map { ($0, "\(folder)/\(name)/runs/\($0)/result.json") }
          .filter { FileManager.default.fileExists(atPath: $0.1) }
        return try Dictionary(
          uniqueKeysWithValues: results.map { ($0, try JSONNode(contentsOf: $1).string("context_sha256")) })
      }
      let expected = try contexts("alone", ["--jobs", "1"])
      #expect(expected.count >= 24 && expected.count < 48)
      for threads in ["1", "3"] { #expect(try contexts("threads-\(threads)", ["--threads", threads]) == expected) }
    }
  }

  @Test("damaged and partial results are reported and done again; valid ones are kept")
  func damage() throws {
    try SmallStudy.with { folder in
      try write(plan(try grid(folder), folder).map { $0 + "\n" }.joined(), "\(folder)/tasks.jsonl")
      let command = ["sweep", "run", "\(folder)/tasks.jsonl", "--output", "\(folder)/out"]
      #expect(try Executable.run(command).status == 0)
      let runs = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/out/runs").sorted()
      #expect(runs.count == 4)
      #expect(try Executable.run(["sweep", "merge", "\(folder)/out"]).status == 0)
      let expected = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/out/sweep.csv"))
      func file(_ index: Int, _ name: String) -> String { "\(folder)/out/runs/\(runs[index])/\(name)" }
      // Cut, another context, no result yet, and nothing that a run could go on from.
      try write(
        String(try String(contentsOfFile: file(0, "result.json"), encoding: .utf8).prefix(70)), file(0, "result.json"))
      try FileManager.default.removeItem(atPath: file(1, "context.h5"))
      try FileManager.default.copyItem(atPath: file(3, "context.h5"), toPath: file(1, "context.h5"))
      try FileManager.default.removeItem(atPath: file(2, "result.json"))
      try write("nonsense", file(2, "checkpoint.h5"))
      let merged = try Executable.run(["sweep", "merge", "\(folder)/out"])
      #expect(merged.status == 0 && merged.errors.contains(runs[0]) && merged.errors.contains("not finished"))
      let missing = try Executable.run(["sweep", "merge", "\(folder)/out", "--tasks", "\(folder)/tasks.jsonl"])
      #expect(missing.status == 65 && missing.errors.contains("3 of 4 tasks"))
      try FileManager.default.removeItem(atPath: file(3, "result.json"))
      let again = try Executable.run(command)
      #expect(again.status == 0, "\(again.errors)")
      #expect(again.errors.contains("its run was stopped: resuming after epoch 3"))
      #expect(again.errors.contains("its result is damaged (\(file(0, "result.json")): "))
      #expect(again.errors.contains("its result is damaged (context.h5 is not"))
      #expect(again.errors.contains("its run is damaged (\(file(2, "checkpoint.h5")): "))
      #expect(!again.errors.contains("finished already"))
      #expect(try Executable.run(["sweep", "merge", "\(folder)/out"]).status == 0)
      #expect(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/out/sweep.csv")) == expected)
    }
  }

  @Test("edited or duplicate tasks are rejected by their line")
  func badTasks() throws {
    try withTemporaryFolder { folder in
      let lines = try plan(#"{"model": "m", "data": "folder:a", "seed": [1, 2]}"#, folder)
      let cases = [
        (lines[0].replacing("\"seed\":1", with: "\"seed\":7"), "line 1"), (lines[0] + "\n" + lines[0], "line 2"),
        (lines[0].replacing("\"seed\"", with: "\"sead\""), "sead"), ("{\"id\": ", "line 1"), ("", "no tasks"),
      ]
      for (text, mention) in cases {
        try write(text, "\(folder)/tasks.jsonl")
        let outcome = try Executable.run(["sweep", "run", "\(folder)/tasks.jsonl", "--output", "\(folder)/out"])
        #expect(outcome.status == 65 && outcome.errors.contains(mention), "\(outcome.errors)")
        #expect(outcome.errorLines.count == 1 && !FileManager.default.fileExists(atPath: "\(folder)/out"))
      }
    }
  }

  @Test("scripts quote paths, and Kubernetes scripts state the number of parts")
  func emit() throws {
    func emit(_ arguments: [String]) throws -> Executable.Outcome {
      try Executable.run(["sweep", "emit"] + arguments + ["my tasks.jsonl", "--output", "it's", "--parts", "3"])
    }
    let slurm = try emit(["slurm"]).output
    #expect(slurm.contains("#SBATCH --array=0-2") && slurm.contains("'my tasks.jsonl' --output 'it'\\''s'"))
    #expect(try emit(["parallel"]).output.contains("seq 1 3 | parallel"))
    #expect(try emit(["kubernetes"]).status == 64)
    let job = try emit(["kubernetes", "--image", "tools/promptlens:1", "--claim", "data"]).output
    #expect(job.contains("completions: 3") && job.contains("\"auto/3\"") && job.contains("completionMode: Indexed"))
    #expect(try emit(["slurm", "--image", "x"]).status == 64)
  }

  @Test("a script has 8 parts, or one for each task if there are fewer")
  func partsByDefault() throws {
    try withTemporaryFolder { folder in
      let tasks = "\(folder)/tasks.jsonl"
      func script() throws -> String {
        try Executable.run(["sweep", "emit", "slurm", tasks, "--output", folder]).output
      }
      #expect(try script().contains("--array=0-7\n"))
      let lines = try plan(#"{"model": "m", "data": "folder:a", "seed": [1, 2, 3]}"#, folder)
      try write(lines.joined(separator: "\n"), tasks)
      #expect(try script().contains("--array=0-2\n"))
    }
  }

  // MARK: -

  private func grid(_ folder: String) throws -> String {
    """
    {"model": "\(try ConvertedModel.modifiedResNet.get())", "data": "folder:\(folder)/photo", "shots": [1, 2],
     "seed": [1, 2], "views": 1, "epochs": 3, "learning_rate": 0.1, "context_length": 2}
    """
  }

  private func plan(_ grid: String, _ folder: String) throws -> [String] {
    try write(grid, "\(folder)/grid.json")
    let outcome = try Executable.run(["sweep", "plan", "\(folder)/grid.json"])
    try #require(outcome.status == 0, "\(outcome.errors)")
    return outcome.output.split(separator: "\n").map(String.init)
  }

  private func write(_ text: String, _ path: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
  }
}
