import Foundation
import PromptLensEvaluation
import PromptLensJSONDocuments
import TestSupport
import Testing

@Suite("From a folder of photographs to a classifier in use")
struct FitTests {
  /// Calls `body` with a folder of drawn photographs, `photographs/CLASS`, and the included model.
  private func drawn(
    each count: Int, _ body: (_ folder: String, _ photographs: String, _ model: String) throws -> Void
  ) throws {
    try withTemporaryFolder { folder in
      let drawn = try Executable.run([
        "draw", "--output", "\(folder)/pictures", "--seed", "11", "--styles", "photo", "--classes", "star", "moon",
        "house", "--train", "\(count)", "--test", "2",
      ])
      try #require(drawn.status == 0, "\(drawn.errors)")
      let photographs = "\(folder)/photographs"
      try FileManager.default.moveItem(atPath: "\(folder)/pictures/photo/train", toPath: photographs)
      try body(folder, photographs, try ConvertedModel.own.get())
    }
  }

  private func json(_ outcome: Executable.Outcome) throws -> JSONNode {
    try #require(outcome.status == 0, "\(outcome.errors)")
    return JSONNode(source: "output", value: try JSON(parsing: Array(outcome.output.utf8), source: "output"))
  }

  @Test("fit compares classifiers, holds a fifth out, and predict uses its file without --model")
  func fits() throws {
    try drawn(each: 15) { folder, photographs, model in
      // A picture that cannot be read, and copies that must stay together.
      try Data("no picture".utf8).write(to: URL(fileURLWithPath: "\(photographs)/moon/bad.jpg"))
      for name in ["a", "b"] {
        try FileManager.default.copyItem(
          atPath: "\(photographs)/star/00001.png", toPath: "\(photographs)/star/\(name).png")
      }
      let output = "\(folder)/out"
      let arguments = ["fit", photographs, "--model", model, "--output", output, "--time", "60s", "--format", "json"]
      let outcome = try Executable.run(arguments)
      let result = try json(outcome)
      #expect(outcome.errors.contains("plan: about") && outcome.errors.contains(" left)"))
      #expect(outcome.errors.contains("fit: done in ") && !outcome.errors.contains("% of the plan"))
      #expect(outcome.errors.contains("moon/bad.jpg"))
      #expect(try result.integer("n") >= 8 && result.integer("n") <= 11)
      #expect(try result.integer("n") + result.integer("train_images") == 47)
      #expect(try (0...1).contains(result.number("accuracy")) && result.number("zero_shot_accuracy") >= 0)
      let candidates = try result.array("candidates").map { try $0.string("method") }
      for method in ["zero-shot", "nearest-mean", "tip-adapter", "linear", "coop"] {
        #expect(candidates.contains(method), "\(method)")
      }
      #expect(try candidates.contains(result.string("method")))
      #expect(try result.node("pictures").integer("unreadable") == 1)
      #expect(try JSONNode(contentsOf: "\(output)/result.json").value == result.value)
      let page = try String(contentsOfFile: "\(output)/report.html", encoding: .utf8)
      #expect(page.contains("that it never saw (95 % CI"))
      let division = try JSONNode(contentsOf: "\(output)/hold-out.json")
      func isCopy(_ node: JSONNode) throws -> Bool {
        try ["star/00001.png", "star/a.png", "star/b.png"].contains(node.array()[0].string())
      }
      let held = try division.array("test").filter(isCopy).count
      #expect(try division.array("test").count == result.integer("n") && [0, 3].contains(held))

      let evaluated = try json(
        Executable.run([
          "evaluate", "\(output)/classifier.h5", "--model", model, "--data",
          "split:\(output)/hold-out.json?root=\(photographs)", "--format", "json",
        ]))
      #expect(try evaluated.number("accuracy") == result.number("accuracy"))
      let lines = try Executable.run(["predict", output, "\(folder)/pictures/photo/test", "--format", "jsonl"])
      #expect(lines.status == 0 && lines.output.split(separator: "\n").count == 6, "\(lines.errors)")
    }
  }

  @Test("too few photographs are refused with the number that would be enough")
  func refuses() throws {
    try drawn(each: 3) { folder, photographs, model in
      let outcome = try Executable.run(["fit", photographs, "--model", model, "--output", "\(folder)/out"])
      #expect(outcome.status == 65)
      for text in ["has 3", "at least 5 photographs of each class", "±5 points"] {
        #expect(outcome.errors.contains(text), "\(outcome.errors)")
      }
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/out"))
    }
  }

  @Test("predict takes words, folders and lists, marks what is unsure, and sorts files")
  func predicts() throws {
    try drawn(each: 2) { folder, photographs, model in
      let names = "\(folder)/names.txt"
      try Data("house\nmoon\nstar\n".utf8).write(to: URL(fileURLWithPath: names))
      let words = ["predict", model, "--classes", names, "--top", "1"]
      let all = try json(Executable.run(words + [photographs, "--format", "json"])).array()
      #expect(all.count == 6)
      let files = try all.map { try $0.string("image") }
      #expect(files == files.sorted() && files[0].hasPrefix("\(photographs)/house/"))
      try Data("junk".utf8).write(to: URL(fileURLWithPath: "\(folder)/bad.jpg"))
      let list = (["\(folder)/bad.jpg"] + files).joined(separator: "\n") + "\n"
      let listed = try Executable.run(words + ["-", "--format", "csv", "--below", "1"], input: list)
      #expect(listed.status == 0)
      let rows = listed.output.split(separator: "\n")
      #expect(rows[0] == "image,rank,class,probability,unsure" && rows.count == 8)
      #expect(rows[1].hasSuffix("bad.jpg,,,,"))
      #expect(rows.dropFirst(2).allSatisfy { $0.hasSuffix(",true") })
      #expect(listed.errors.contains("1 of 7 images cannot be read") && listed.errors.contains("bad.jpg"))
      #expect(try Executable.run(words + ["-", "--no-skip-unreadable"], input: list).status == 65)
      #expect(try Executable.run(words + ["\(folder)/missing.jpg"]).status == 66)
      #expect(try Executable.run(words + ["\(folder)/bad.jpg"]).status == 65)
      #expect(try Executable.run(["predict", model, photographs]).status == 64)

      // The same name from three folders: nothing is replaced.
      let linked = try Executable.run(words + [photographs, "--link-to", "\(folder)/links", "--below", "1"])
      #expect(linked.status == 0)
      #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/links/unsure").count == 6)
      let again = try Executable.run(words + [photographs, "--link-to", "\(folder)/links", "--below", "1"])
      #expect(again.status == 0)
      #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/links/unsure").count == 6)
      let moved = try json(
        Executable.run(words + [photographs, "--move-to", "\(folder)/sorted", "--format", "json"])
      ).array()
      for image in moved {
        let (place, name) = (try image.string("placed"), try image.array("classes")[0].string("name"))
        #expect(place.hasPrefix("\(folder)/sorted/\(name)/") && FileManager.default.fileExists(atPath: place))
        #expect(try !FileManager.default.fileExists(atPath: image.string("image")))
      }
    }
  }

  @Test("suspects finds exchanged labels and contradicting copies, and its table is read back")
  func suspects() throws {
    try drawn(each: 24) { folder, photographs, model in
      // Four pictures of each class go into the next one's folder; one is in two.
      let classes = ["house", "moon", "star"]
      var wrong: Set<String> = []
      for (index, name) in classes.enumerated() {
        for number in 0..<4 {
          let target = "\(classes[(index + 1) % 3])/\(name)\(number).png"
          try FileManager.default.moveItem(
            atPath: "\(photographs)/\(name)/0000\(number).png", toPath: "\(photographs)/\(target)")
          wrong.insert(target)
        }
      }
      try FileManager.default.copyItem(
        atPath: "\(photographs)/moon/00010.png", toPath: "\(photographs)/star/copy.png")
      wrong.insert("star/copy.png")
      let output = "\(folder)/doubts"
      let found = try json(
        Executable.run(["suspects", photographs, "--model", model, "--output", output, "--format", "json"]))
      let labels = try found.array("suspects").map { (try $0.string("path"), try $0.bool("flagged")) }
      #expect(labels.prefix(13).count { wrong.contains($0.0) } >= 10)
      let flagged = labels.filter(\.1)
      #expect(flagged.count >= 8 && flagged.count { wrong.contains($0.0) } * 10 >= flagged.count * 7)
      #expect(try found.array("copies").contains { try $0.bool("across_classes") && $0.bool("equal") })
      #expect(try found.number("false_discovery_rate") <= 0.2)
      let page = try String(contentsOfFile: "\(output)/report.html", encoding: .utf8)
      #expect(page.contains("data:image/jpeg") && page.contains("Copies with different classes"))

      let table = "csv:\(output)/suspects.csv?root=\(photographs)"
      for (more, count) in [("", 73), ("&flagged=false", 73 - flagged.count)] {
        let split = try Executable.run([
          "data", "split", "--data", table + more, "--output", "\(folder)/s\(count).json",
        ])
        #expect(split.status == 0, "\(split.errors)")
        #expect(try JSONNode(contentsOf: "\(folder)/s\(count).json").array("test").count == count)
      }
      let train = try Executable.run([
        "train", "--model", model, "--data", "folder:\(photographs)?split=train", "--given-labels",
        "\(output)/suspects.csv", "--epochs", "1", "--context-length", "2", "--views", "1", "--output",
        "\(folder)/run",
      ])
      #expect(train.status == 0, "\(train.errors)")
      let noise = try JSONNode(contentsOf: "\(folder)/run/noise.json")
      #expect(try noise.array("changes").count == flagged.count)
    }
  }

  @Test("labels from elsewhere are looked at beside the data set's own, and the wrong ones are counted")
  func givenLabels() throws {
    try drawn(each: 24) { folder, photographs, model in
      var table = "path,label\n"
      for (index, name) in ["house", "moon", "star"].enumerated() {
        for number in 0..<4 {
          table += "\(name)/0000\(number).png,\(["house", "moon", "star"][(index + 1) % 3])\n"
        }
      }
      try Data(table.utf8).write(to: URL(fileURLWithPath: "\(folder)/given.csv"))
      let command = ["suspects", photographs, "--model", model, "--format", "json", "--given-labels"]
      let found = try json(Executable.run(command + ["\(folder)/given.csv", "--output", "\(folder)/given"]))
      let truth = try found.node("truth")
      #expect(try truth.integer("wrong") == 12 && truth.integer("first") == 72)
      #expect(try abs(truth.number("precision_at_100") - 12.0 / 72) < 1e-12 && truth.number("auroc") > 0.9)
      let named = try found.array("suspects").filter { try $0.string("path") == "moon/00000.png" }
      #expect(try named.first?.string("given") == "star")
      let others = try Executable.run(
        command + ["\(Fixtures.path("given-labels/human.pt"))?worse_label", "--output", "\(folder)/none"])
      #expect(others.status == 65 && others.errors.contains("it has 6 labels"), "\(others.errors)")
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/none/suspects.csv"))
    }
  }

  @Test("a dry run says what a training, an extraction and a grid would take, and writes nothing; a grid runs directly")
  func dryRuns() throws {
    try drawn(each: 3) { folder, photographs, model in
      let data = "folder:\(photographs)?split=train"
      let settings = ["--model", model, "--data", data, "--views", "2", "--format", "json"]
      let train = ["train", "--shots", "2", "--epochs", "4", "--context-length", "2", "--output", "\(folder)/run"]
      let trained = try json(Executable.run(train + settings + ["--dry-run"]))
      #expect(try trained.integer("steps") == 4 && trained.integer("views") == 12 && trained.integer("runs") == 1)
      #expect(try trained.number("seconds") > 0 && trained.integer("memory_bytes") > 1_000_000)
      let extracted = try json(
        Executable.run(["extract", "--split", "train", "--output", "\(folder)/x.h5", "--dry-run"] + settings))
      #expect(try extracted.integer("views") == 18 && extracted.integer("disk_bytes") > 18 * 4 * 64)
      let grid = "\(folder)/grid.json"
      let text =
        "{\"model\": \"\(model)\", \"data\": \"\(data)\", \"shots\": [1, 2], \"seed\": [1, 2], \"epochs\": 2, "
        + "\"context_length\": 2, \"views\": 1}"
      try Data(text.utf8).write(to: URL(fileURLWithPath: grid))
      let sweep = ["sweep", "run", grid, "--output", "\(folder)/sweep", "--format", "json"]
      #expect(try json(Executable.run(sweep + ["--dry-run"])).integer("runs") == 4)
      for name in ["run", "x.h5", "sweep"] { #expect(!FileManager.default.fileExists(atPath: "\(folder)/\(name)")) }
      let run = try json(Executable.run(sweep)).array("tasks").map { try $0.string("name") }
      #expect(run == ["uc-end-1-s1", "uc-end-1-s2", "uc-end-2-s1", "uc-end-2-s2"])
      #expect(FileManager.default.fileExists(atPath: "\(folder)/sweep/names/uc-end-2-s1/result.json"))
      let list = try Executable.run(["train", "--shots", "1,2", "--output", "\(folder)/run"] + settings)
      #expect(list.status == 64 && list.errors.contains("sweep run"), "\(list.errors)")
    }
  }

  @Test("--quiet leaves warnings, --verbose says more, and --log keeps all")
  func messages() throws {
    try drawn(each: 2) { folder, photographs, model in
      let arguments = ["zero-shot", "--model", model, "--data", "folder:\(photographs)"]
      let log = "\(folder)/log.txt"
      let quiet = try Executable.run(arguments + ["-q", "--log", log])
      #expect(quiet.status == 0 && quiet.errors.isEmpty, "\(quiet.errors)")
      let text = try String(contentsOfFile: log, encoding: .utf8)
      #expect(text.contains("promptlens zero-shot") && text.contains("image features: 6 images to do"))
      let verbose = try Executable.run(arguments + ["-v"])
      #expect(verbose.errors.contains("image features: 6 images to do"))
      #expect(quiet.output == verbose.output)
      #expect(try Executable.run(arguments + ["-q", "-v"]).status == 64)
    }
  }
}
