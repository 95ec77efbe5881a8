import Foundation
import PromptLensEvaluation
import PromptLensTensorFiles
import PromptLensTensors
import TestSupport
import Testing

@Suite("Files of classifiers")
struct ClassifierFormatsTests {
  private let names = ["cat", "red \"car\", small"]

  private func cosine() throws -> ClassifierFile {
    ClassifierFile(
      kind: LinearClassifier.kind, parts: [("weights", try Tensor([0.6, 0.8, 0, 1, 0, 0], shape: [2, 3]))],
      settings: [("scale", 100), ("normalizes", 1)], classNames: names, modelFingerprint: "ab",
      notes: [("class_position", "end")])
  }

  private func biased() throws -> ClassifierFile {
    ClassifierFile(
      kind: LinearClassifier.kind,
      parts: [
        ("weights", try Tensor([1.5, 2, 3, 4, 5, 0.1], shape: [2, 3])), ("bias", try Tensor([0.25, -1], shape: [2])),
      ], settings: [("scale", 1), ("normalizes", 0)], classNames: names, modelFingerprint: nil)
  }

  @Test("each format says that it is a classifier, and gives the same logits", arguments: ClassifierFile.endings)
  func formats(ending: String) throws {
    try withTemporaryFolder { folder in
      let features = try Tensor([1, 2, 3, -1, 0.5, 2], shape: [2, 3])
      for (index, file) in try [cosine(), biased()].enumerated() {
        let path = "\(folder)/\(index).\(ending)"
        guard ending != "npy" || index == 0 else {
          #expect(throws: TensorFileError.self) { try file.write(to: path) }
          continue
        }
        try file.write(to: path)
        #expect(ClassifierFile.exists(at: path))
        let again = try ClassifierFile(contentsOf: path)
        #expect(again.classNames == names && again.modelFingerprint == file.modelFingerprint)
        let found = try again.classifier(path: path).logits(for: features).floats()
        #expect(try found == file.classifier(path: path).logits(for: features).floats())
        if ending != "csv" { #expect(again.note("class_position") == file.note("class_position")) }
      }
    }
  }

  @Test("open_clip's head has a column for each class, and is read back as rows", arguments: ClassifierFile.headEndings)
  func head(ending: String) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/head.\(ending)"
      try cosine().write(to: path, layout: .openCLIP)
      let tensor =
        try ending == "npy" ? NumPyFile(path: path).tensor() : SafeTensorsFile(path: path).tensor("classifier")
      #expect(tensor.shape.dimensions == [3, 2] && tensor.floats() == [0.6, 1, 0.8, 0, 0, 0])
      let again = try ClassifierFile(contentsOf: path)
      #expect(try again.part("weights")?.floats() == cosine().part("weights")?.floats())
      #expect(throws: TensorFileError.self) { try biased().write(to: "\(folder)/b.\(ending)", layout: .openCLIP) }
    }
  }

  @Test("a bare array and other files aren't classifiers, whatever their shapes")
  func others() throws {
    try withTemporaryFolder { folder in
      try NumPyFile.write(Tensor([1, 2, 3, 4], shape: [2, 2]), to: "\(folder)/a.npy")
      try Data("[[1, 2], [3, 4]]".utf8).write(to: URL(fileURLWithPath: "\(folder)/b.json"))
      try Data("class,w1\ncat,1\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/c.csv"))
      for name in ["a.npy", "b.json", "c.csv", "nothing"] { #expect(!ClassifierFile.exists(at: "\(folder)/\(name)")) }
    }
  }

  @Test(
    "a damaged table is refused in one sentence",
    arguments: ["", "linear,cat,,1,true", "linear,cat,,1,true,,x", "linear,cat,,1,maybe,,1", "linear,cat,,one,true,,1"])
  func damagedTable(row: String) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.csv"
      let header = "kind,class_name,model_fingerprint,scale,normalizes,bias,w1\n"
      try Data((header + row + "\n").utf8).write(to: URL(fileURLWithPath: path))
      let error = #expect(throws: EvaluationError.self) { try ClassifierFile(contentsOf: path) }
      #expect(error.map { "\($0)".contains(path) && !"\($0)".contains("\n") } == true)
    }
  }
}
