import Foundation
import PromptLensJSONDocuments
import TestSupport
import Testing

/// The executable on a SigLIP, whose text tower has no causal mask.
@Suite("The executable on SigLIP")
struct SigLIPCommandTests {
  private func printed(_ arguments: [String]) throws -> Executable.Outcome {
    let outcome = try Executable.run(arguments)
    try #require(outcome.status == 0, "\(arguments): \(outcome.errors)")
    return outcome
  }

  private func json(_ arguments: [String]) throws -> JSONNode {
    let outcome = try printed(arguments + ["--format", "json"])
    return JSONNode(source: arguments[0], value: try JSON(parsing: Array(outcome.output.utf8), source: arguments[0]))
  }

  /// Converts the fixture beside a small study's pictures.
  private func with(_ body: (_ folder: String, _ model: String) throws -> Void) throws {
    try SmallStudy.with { folder in
      let model = "\(folder)/model"
      let converted = try json(["convert", Fixtures.path("siglip"), "--output", model])
      #expect(try converted.string("vocabulary_origin").hasSuffix("spiece.model"))
      try body(folder, model)
    }
  }

  @Test("a SigLIP is converted, verified, inspected, and tokenizes as transformers does")
  func model() throws {
    try with { folder, model in
      #expect(try printed(["verify", model]).status == 0)
      let facts = try printed(["inspect", model]).output
      #expect(facts.contains("without a causal mask, padded with 1") && facts.contains("sigmoids"))
      let root = try JSONNode(contentsOf: "\(Fixtures.path("siglip"))/expected.json")
      let texts = try root.array("text_strings").map { try $0.string() }.filter { !$0.isEmpty && !$0.hasPrefix("-") }
      let all = try root.array("text_strings").map { try $0.string() }
      let rows = try root.array("token_ids").map { try $0.array().map { try $0.integer() } }
      let tokenized = try json(["tokenize", "--model", model, "--truncate"] + texts.prefix(5)).array()
      for (text, ids) in zip(texts, tokenized) {
        let row = rows[try #require(all.firstIndex(of: text))]
        #expect(row.starts(with: try ids.array().map { try $0.integer() }), "\(text)")
      }
    }
  }

  @Test("zero-shot gives a softmax or, with the model's bias, a sigmoid of each label")
  func scores() throws {
    try with { folder, model in
      let words = ["zero-shot", "--model", model, "--data", "folder:\(folder)/photo", "--template", "a {}"]
      let softmax = try json(words)
      let sigmoid = try json(words + ["--scores", "sigmoid"])
      #expect(try softmax.number("accuracy") == sigmoid.number("accuracy"))
      #expect(softmax["scores"] == nil && softmax["negative_log_likelihood"] != nil)
      #expect(try sigmoid.string("scores") == "sigmoid" && sigmoid["negative_log_likelihood"] == nil)
      let labels = try sigmoid.array("labels")
      let precisions = try labels.compactMap { try $0.optionalNumber("average_precision") }
      #expect(labels.count == 4 && precisions.count == 4)
      let mean = try sigmoid.number("mean_average_precision")
      #expect(abs(mean - precisions.reduce(0, +) / 4) < 1e-12)
      let refused = try Executable.run([
        "zero-shot", "--model", try ConvertedModel.modifiedResNet.get(), "--data", "folder:\(folder)/photo", "--scores",
        "sigmoid",
      ])
      #expect(refused.status != 0 && refused.errors.contains("SigLIP"))
    }
  }

  @Test("images of several labels or none are measured by sigmoids, from a table and from COCO's annotations")
  func severalLabels() throws {
    try with { folder, model in
      let files = try FileManager.default.subpathsOfDirectory(atPath: "\(folder)/photo/test")
        .filter { $0.hasSuffix(".png") }.sorted()
      // A cat and a dog in the first half, a zebra in every other image, nothing in the last.
      let labels = files.indices.map { index -> [String] in
        guard index < files.count - 1 else { return [] }
        return (index < files.count / 2 ? ["cat", "dog"] : ["dog"]) + (index % 2 == 0 ? ["zebra"] : [])
      }
      let rows = zip(files, labels).map { "\($0),\($1.joined(separator: "|"))" }.joined(separator: "\n")
      try Data("path,labels\n\(rows)\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/photo/test/labels.csv"))
      let names = ["cat", "dog", "zebra"]
      let annotations = labels.enumerated().flatMap { index, labels in
        labels.map { "{\"image_id\": \(index), \"category_id\": \(names.firstIndex(of: $0) ?? 0)}" }
      }
      let images = files.enumerated().map { "{\"id\": \($0), \"file_name\": \"\($1)\"}" }
      let categories = names.enumerated().map { "{\"id\": \($0), \"name\": \"\($1)\"}" }
      let coco =
        "{\"images\": [\(images.joined(separator: ","))], \"annotations\": [\(annotations.joined(separator: ","))], "
        + "\"categories\": [\(categories.joined(separator: ","))]}"
      try Data(coco.utf8).write(to: URL(fileURLWithPath: "\(folder)/coco.json"))
      let words = ["zero-shot", "--model", model, "--template", "a {}", "--scores", "sigmoid", "--data"]
      let table = try json(words + ["csv:\(folder)/photo/test/labels.csv"])
      #expect(try table.integer("images_without_labels") == 1 && table.integer("n") == files.count - 1)
      let counts = try table.array("labels").map { try $0.integer("n") }
      #expect(counts == names.map { name in labels.count { $0.contains(name) } })
      let other = try json(words + ["split:\(folder)/coco.json?root=\(folder)/photo/test"])
      for key in ["mean_average_precision", "accuracy", "label_recall", "binary_negative_log_likelihood"] {
        #expect(try table.number(key) == other.number(key))
      }
      let refused = try Executable.run(
        Array(words.dropLast(3)) + ["--data", "csv:\(folder)/photo/test/labels.csv"])
      #expect(refused.status != 0 && refused.errors.contains("--scores sigmoid"))
      #expect(try printed(words + ["csv:\(folder)/photo/test/labels.csv"]).output.contains("best label is the image's"))
    }
  }

  @Test(
    "prompts are learned without a causal mask, with the same bits for any memory and threads",
    arguments: [
      [], ["--class-specific"], ["--method", "kgcoop"], ["--method", "prograd"], ["--class-position", "middle"],
    ])
  func learning(options: [String]) throws {
    try with { folder, model in
      func context(_ name: String, _ more: [String]) throws -> Data {
        let outcome = try printed(
          [
            "train", "--model", model, "--data", "folder:\(folder)/photo", "--shots", "2", "--views", "1", "--epochs",
            "2", "--context-length", "2", "--feature-folder", "\(folder)/features", "--output", "\(folder)/\(name)",
          ] + options + more)
        #expect(outcome.errors.contains("no causal mask") && outcome.errors.contains("seconds expected"))
        _ = try printed(["export", "\(folder)/\(name)", "--as", "npy", "--output", "\(folder)/\(name).npy"])
        return try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name).npy"))
      }
      let first = try context("one", ["--threads", "1"])
      #expect(try context("two", ["--threads", "3", "--memory-limit", "1MB"]) == first)
    }
  }

  @Test("a learned prompt is decoded, snapped, transferred, interpreted, and measured under noise")
  func downstream() throws {
    try with { folder, model in
      let photo = "folder:\(folder)/photo"
      let run = "\(folder)/run"
      _ = try printed([
        "train", "--model", model, "--data", photo, "--shots", "2", "--views", "1", "--epochs", "2", "--context-length",
        "2", "--output", run, "--feature-folder", "\(folder)/features",
      ])
      let store = try #require(
        FileManager.default.contentsOfDirectory(atPath: "\(folder)/features").first { $0.contains("test") })
      let decoded = try json([
        "decode", run, "--model", model, "--whole-words", "--controls", "--snap", "--ablate", "--features",
        "\(folder)/features/\(store)",
      ])
      let pieces = try decoded.array("vectors").flatMap { try $0.array("words").map { try $0.string("piece") } }
      #expect(!pieces.isEmpty && pieces.allSatisfy { $0.hasPrefix("▁") }, "\(pieces)")
      _ = try printed([
        "transfer", "--run", run, "--source", photo, "--target", "folder:\(folder)/sketch", "--output",
        "\(folder)/transfer",
      ])
      _ = try printed([
        "noise", "--model", model, "--data", photo, "--shots", "2", "--epochs", "2", "--rates", "0.5", "--losses", "ce",
        "--context-length", "2", "--output", "\(folder)/noise",
      ])
      _ = try printed(["interpret", run, "--data", photo, "--output", "\(folder)/interpretation"])
      let document = try JSONNode(contentsOf: "\(folder)/interpretation/interpretation.json", limit: 64 << 20)
      #expect(document.value.serialized().contains("\"padding\""))
    }
  }
}
