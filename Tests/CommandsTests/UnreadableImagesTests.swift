import Foundation
import PromptLensJSONDocuments
import TestSupport
import Testing

@Suite("Images that cannot be read")
struct UnreadableImagesTests {
  /// Three classes as people have them: a truncated JPEG, a web page called .jpg, random bytes called .heic, and one
  /// image in two classes.
  private func broken(_ body: (_ folder: String) throws -> Void) throws {
    try withTemporaryFolder { root in
      let folder = "\(root)/broken"
      for (name, files) in [
        ("llama", ["baseline-420.jpg", "rgb-8-bit.png"]), ("elephant", ["lossy.webp", "formats/rgb.tif"]),
        ("guitar", ["gray.jpg", "formats/24-bit.bmp"]),
      ] {
        try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
        for file in files {
          let target = "\(folder)/\(name)/\((file as NSString).lastPathComponent)"
          try FileManager.default.copyItem(atPath: Fixtures.path("images/\(file)"), toPath: target)
        }
      }
      let whole = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/llama/baseline-420.jpg"))
      try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: "\(folder)/llama/cut.jpg"))
      try Data("<!doctype html><title>404</title>".utf8).write(
        to: URL(fileURLWithPath: "\(folder)/elephant/page.jpg"))
      try Data((0...255).map { UInt8($0) }).write(to: URL(fileURLWithPath: "\(folder)/elephant/phone.heic"))
      try whole.write(to: URL(fileURLWithPath: "\(folder)/guitar/same.jpg"))
      try body(folder)
    }
  }

  @Test("data check names the truncated, the misnamed and the unreadable files and the image in two classes")
  func dataCheck() throws {
    try broken { folder in
      let outcome = try Executable.run(["data", "check", "folder:\(folder)"])
      #expect(outcome.status == 65)
      for text in [
        "llama/cut.jpg: the JPEG image ends too early", "elephant/page.jpg: found a web page",
        "elephant/phone.heic: found no image format", "duplicates across classes",
        "guitar/same.jpg = llama/baseline-420.jpg", "complete",
      ] { #expect(outcome.output.contains(text), "\(text)\n\(outcome.output)") }
      let printed = try Executable.run(["data", "check", "folder:\(folder)", "--format", "json"])
      let result = try JSONNode(
        source: "data check", value: JSON(parsing: Array(printed.output.utf8), source: "data check"))
      #expect(try !result.bool("complete") && result.node("images").integer("decoded") == 7)
      let unreadable = try result.node("images").array("unreadable").map { try $0.string("path") }
      #expect(unreadable == ["elephant/page.jpg", "elephant/phone.heic", "llama/cut.jpg"])
      let undecoded = try Executable.run(["data", "check", "folder:\(folder)", "--no-decode"])
      #expect(undecoded.status == 0 && undecoded.output.contains("images were not decoded"))
    }
  }

  @Test("commands name all unreadable images at once, and --skip-unreadable goes on without them")
  func commands() throws {
    let model = try ConvertedModel.modifiedResNet.get()
    try broken { folder in
      let data = ["--model", model, "--data", "folder:\(folder)"]
      let extract = ["extract", "--split", "test", "--output", "\(folder).h5"]
      for command in [["zero-shot"], extract] {
        let refused = try Executable.run(command + data)
        #expect(refused.status == 65, "\(refused.errors)")
        for text in [
          "3 of 10 images", "llama/cut.jpg", "elephant/page.jpg", "elephant/phone.heic", "--skip-unreadable",
        ] {
          #expect(refused.errors.contains(text), "\(text)\n\(refused.errors)")
        }
      }
      let skipping = try Executable.run(["zero-shot", "--skip-unreadable", "--format", "json"] + data)
      #expect(skipping.status == 0 && skipping.errors.contains("3 of 10 images cannot be read and are left out"))
      let result = try JSONNode(
        source: "zero-shot", value: JSON(parsing: Array(skipping.output.utf8), source: "zero-shot"))
      #expect(try result.integer("n") == 7 && result.array("skipped").count == 3)
      let stored = try Executable.run(extract + data + ["--skip-unreadable", "--format", "json"])
      #expect(stored.status == 0 && stored.errors.contains("llama/cut.jpg"), "\(stored.errors)")
      let images = ["\(folder)/llama/cut.jpg", "\(folder)/llama/rgb-8-bit.png"]
      let embedded = try Executable.run(
        ["embed", "--model", model, "--skip-unreadable", "--format", "json", "--image"] + images)
      #expect(embedded.status == 0 && embedded.errors.contains("1 of 2 images"))
    }
  }

  @Test("train goes on without unreadable images and records them in its result")
  func training() throws {
    let model = try ConvertedModel.modifiedResNet.get()
    try broken { folder in
      let train = [
        "train", "--model", model, "--data", "folder:\(folder)?split=train", "--views", "1",
        "--context-length", "2", "--epochs", "1", "--output", "\(folder)-run", "--format", "json",
      ]
      let refused = try Executable.run(train)
      #expect(refused.status == 65 && refused.errors.contains("llama/cut.jpg"), "\(refused.errors)")
      let trained = try Executable.run(train + ["--skip-unreadable"])
      #expect(trained.status == 0, "\(trained.errors)")
      #expect(try JSONNode(contentsOf: "\(folder)-run/result.json").array("skipped").count == 3)
    }
  }
}
