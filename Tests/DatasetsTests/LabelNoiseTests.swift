import PromptLensDatasets
import PromptLensFiles
import Foundation
import PromptLensJSONDocuments
import PromptLensTensorFiles
import TestSupport
import Testing

@Suite("Label noise")
struct LabelNoiseTests {
  /// Three classes of 16, 8 and 5 drawn images, and 10 more of each that were not drawn.
  private static let draw: LabeledDraw = {
    let drawn = [16, 8, 5].enumerated().flatMap { [Int](repeating: $0.offset, count: $0.element) }
    let labels = drawn + (0..<30).map { $0 % 3 }
    return LabeledDraw(
      paths: labels.indices.map { "image \($0).jpg" }, labels: labels, classNames: ["cat", "dog", "red car"],
      rows: Array(drawn.indices))
  }()

  private static let confusable = LabelConfusion.confusable([[9, 3, 0], [3, 9, 3], [0, 3, 9]])

  private func noise(
    _ text: String, _ confusion: LabelConfusion = .symmetric, on draw: LabeledDraw = draw, seed: Int = 1
  ) throws -> LabelNoise {
    try LabelNoise(NoiseSpecification(text), on: draw, confusion: confusion, seed: seed)
  }

  @Test(
    "a rate changes its exact share of each class, rounded, and no label to itself",
    arguments: [0, 0.125, 0.25, 0.5, 0.75, 1])
  func exactCounts(rate: Double) throws {
    for confusion in [LabelConfusion.symmetric, .pair, Self.confusable] {
      let noise = try noise("symmetric:\(rate)", confusion)
      #expect(noise.changedCounts == [16, 8, 5].map { Int((rate * $0).rounded()) })
      #expect(noise.changes.allSatisfy { $0.from != $0.to })
      let (rows, labels) = try noise.applied(to: Self.draw)
      #expect(rows == Self.draw.rows)
      #expect(zip(labels, Self.draw.drawnLabels).count { $0 != $1 } == noise.changes.count)
    }
  }

  @Test("the noise of a higher rate includes that of a lower one")
  func nested() throws {
    let (low, high) = (try noise("symmetric:0.25"), try noise("symmetric:0.75"))
    #expect(low.changes.allSatisfy { high.changes.contains($0) } && low.changes.count < high.changes.count)
    #expect(try noise("symmetric:0.75") == high)
    #expect(try noise("symmetric:0.75", seed: 2) != high)
  }

  @Test("a pair flip leads to the next class, and from the last to the first")
  func pair() throws {
    let noise = try noise("pair:0.6", .pair)
    #expect(noise.changes.allSatisfy { $0.to == ($0.from + 1) % 3 } && noise.changedCounts[2] == 3)
  }

  @Test("symmetric noise chooses every other class equally often")
  func symmetric() throws {
    let draw = LabeledDraw(
      paths: (0..<4000).map(String.init), labels: [Int](repeating: 1, count: 4000), classNames: ["a", "b", "c", "d"])
    let noise = try noise("symmetric:1", on: draw)
    for label in [0, 2, 3] {
      let share = Double(noise.changes.count { $0.to == label }) / 4000
      #expect(abs(share - 1 / 3) < 0.03)
    }
  }

  @Test("confusable noise chooses classes by the softmax of their similarity")
  func confusable() throws {
    let draw = LabeledDraw(
      paths: (0..<4000).map(String.init), labels: [Int](repeating: 0, count: 4000), classNames: ["a", "b", "c"])
    let noise = try noise("confusable:1", Self.confusable, on: draw)
    let share = Double(noise.changes.count { $0.to == 1 }) / 4000
    #expect(abs(share - 1 / (1 + exp(-3))) < 0.02)
  }

  @Test("instance noise first mislabels the images that CLIP is unsure of, as the class that CLIP confuses them with")
  func instance() throws {
    let draw = LabeledDraw(
      paths: (0..<2000).map(String.init), labels: [Int](repeating: 0, count: 2000), classNames: ["a", "b", "c"])
    // Every other image is taken for c, the others for their own class.
    let logits = (0..<2000).map { $0 % 2 == 0 ? [0.0, 0, 6] : [6.0, 2, 0] }
    let noise = try noise("instance:0.4", .instance(logits), on: draw)
    #expect(noise.changes.count == 800)
    #expect(noise.changes.count { $0.index % 2 == 0 } > 700)
    #expect(noise.changes.filter { $0.index % 2 == 0 }.allSatisfy { $0.to == 2 || $0.to == 1 })
    #expect(noise.changes.count { $0.index % 2 == 0 && $0.to == 2 } > 690)
  }

  @Test("false positives are distinct images of other classes, equally many in each class")
  func falsePositives() throws {
    for (kind, confusion) in [
      ("symmetric", LabelConfusion.symmetric), ("pair", .pair), ("confusable", Self.confusable),
    ] {
      let noise = try noise("\(kind):4fp", confusion)
      #expect(noise.changes.count == 12)
      let (rows, labels) = try noise.applied(to: Self.draw)
      #expect(Set(rows).count == rows.count, "an image occurs twice")
      #expect(labels == Self.draw.drawnLabels)
      for label in 0..<3 {
        let wrong = rows.indices.filter { labels[$0] == label && Self.draw.labels[rows[$0]] != label }
        #expect(wrong.count == 4)
        if kind == "pair" { #expect(wrong.allSatisfy { Self.draw.labels[rows[$0]] == (label + 2) % 3 }) }
      }
    }
  }

  @Test("false positives are found even when the pool holds only as many images as needed", arguments: 1...30)
  func tightPool(seed: Int) throws {
    let draw = LabeledDraw(
      paths: (0..<12).map(String.init), labels: (0..<12).map { $0 / 4 }, classNames: ["a", "b", "c"])
    for (kind, confusion) in [
      ("symmetric", LabelConfusion.symmetric), ("pair", .pair), ("confusable", Self.confusable),
    ] {
      let (rows, labels) = try noise("\(kind):4fp", confusion, on: draw, seed: seed).applied(to: draw)
      #expect(Set(rows) == Set(0..<12) && zip(rows, labels).allSatisfy { draw.labels[$0] != $1 })
    }
    let logits = [[Double]](repeating: [1, 0, 2], count: 12)
    let (rows, labels) = try noise("instance:3fp", .instance(logits), on: draw, seed: seed).applied(to: draw)
    #expect(zip(rows, labels).count { draw.labels[$0] != $1 } == 9 && Set(rows).count == 12)
  }

  @Test("a manifest is read as it was written, and rejected for another draw")
  func manifest() throws {
    try withTemporaryFolder { folder in
      for text in ["symmetric:0.3", "symmetric:2fp"] {
        let noise = try noise(text)
        try noise.write(to: "\(folder)/noise.json")
        let read = try LabelNoise(contentsOf: "\(folder)/noise.json")
        #expect(read == noise)
        #expect(try read.applied(to: Self.draw) == noise.applied(to: Self.draw))
        var rows = Self.draw.rows
        rows[0] = 40
        let other = LabeledDraw(
          paths: Self.draw.paths, labels: Self.draw.labels, classNames: Self.draw.classNames, rows: rows)
        #expect(throws: DatasetError.self) { try read.applied(to: other, source: "noise.json") }
      }
    }
  }

  @Test(
    "documents that aren't manifests, or with invalid changes, are rejected",
    arguments: [
      #"{"format":"promptlens-noise","formatVersion":1,"split":"test","classes":[],"changes":[]}"#,
      """
      {"format":"promptlens-noise","formatVersion":1,"split":"train","noise":"a","drawFingerprint":"a",
      "classes":[{"name":"a","images":1}],"changes":[{"place":0,"path":"a","fromLabel":0,"toLabel":9}]}
      """,
      """
      {"format":"promptlens-noise","formatVersion":1,"split":"train","noise":"a","drawFingerprint":"a",
      "classes":[{"name":"a","images":-1}],"changes":[]}
      """,
    ])
  func badManifests(text: String) throws {
    let root = JSONNode(source: "noise.json", value: try JSON(parsing: Array(text.utf8), source: "noise.json"))
    #expect(throws: DatasetError.self) { try LabelNoise(root) }
  }

  @Test(
    "documents of another format or of a newer version are rejected",
    arguments: [
      #"{"format": "other"}"#, #"{"format": "promptlens-noise", "format_version": 3}"#,
      #"{"format": "promptlens-noise", "format_version": 2}"#,
    ])
  func otherDocuments(text: String) throws {
    let root = JSONNode(source: "noise.json", value: try JSON(parsing: Array(text.utf8), source: "noise.json"))
    #expect(throws: JSONError.self) { try LabelNoise(root) }
  }

  @Test("a manifest of version 1, whose keys were in camelCase, is read")
  func firstVersion() throws {
    let old: JSON = [
      "format": "promptlens-noise", "formatVersion": 1, "split": "train", "noise": "pair:0.5", "seed": 3,
      "drawFingerprint": "abc", "classes": [["name": "cat", "images": 1], ["name": "dog", "images": 1]],
      "changes": [["place": 1, "path": "a.png", "fromLabel": 1, "toLabel": 0]],
    ]
    let noise = try LabelNoise(JSONNode(source: "noise.json", value: old))
    #expect(noise.changes == [.init(index: 1, path: "a.png", from: 1, to: 0)])
    #expect(noise.seed == 3 && noise.drawFingerprint == "abc")
  }

  @Test("given labels change the images they name, and a line with an unknown image or class is rejected by number")
  func givenLabels() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/given.csv"
      func write(_ text: String) throws { try Data(text.utf8).write(to: URL(fileURLWithPath: path)) }
      try write("path,label\nimage 0.jpg,red_car\nimage 1.jpg,cat\nimage 40.jpg,dog\n")
      let noise = try LabelNoise(givenLabels: path, on: Self.draw)
      #expect(noise.changes == [.init(index: 0, path: "image 0.jpg", from: 0, to: 2)] && noise.seed == nil)
      for (text, line) in [("image 0.jpg,lion", 2), ("image 0.jpg,cat\nimage 99.jpg,cat", 3)] {
        try write("path,label\n\(text)\n")
        let error = #expect(throws: DatasetError.self) { try LabelNoise(givenLabels: path, on: Self.draw) }
        #expect("\(try #require(error))".contains("line \(line)"))
      }
      try write("path,label\nimage 0.jpg,cat\nimage 0.jpg,dog\n")
      #expect(throws: DatasetError.self) { try LabelNoise(givenLabels: path, on: Self.draw) }
    }
  }

  @Test("labels of CIFAR-N's form are read in the images' order, and refused where number or order differ")
  func labelsInOrder() throws {
    let path = Fixtures.path("given-labels/human.pt")
    func draw(_ labels: [Int], rows: [Int]? = nil) -> LabeledDraw {
      LabeledDraw(
        paths: labels.indices.map { "\($0).png" }, labels: labels, classNames: ["cat", "dog", "frog"], rows: rows)
    }
    let own = [0, 0, 1, 1, 2, 2]
    let noise = try LabelNoise(givenLabels: "\(path)?worse_label", on: draw(own))
    #expect(noise.changes.map(\.path) == ["1.png", "4.png"] && noise.changes.map(\.to) == [1, 0])
    #expect(noise.origin == "human.pt?worse_label")
    // Of a part of the images, those are labeled that it has.
    let part = LabeledDraw(paths: ["4.png", "5.png"], labels: [2, 2], classNames: ["cat", "dog", "frog"])
    let some = try LabelNoise(
      givenLabels: "\(path)?worse_label", on: part, among: own.indices.map { "\($0).png" })
    #expect(some.changes == [.init(index: 0, path: "4.png", from: 2, to: 0)])
    for (text, labels, reason) in [
      (path, own, "name one of clean_label, worse_label, random_label1"),
      ("\(path)?human", own, "it has no such array"),
      (
        "\(path)?worse_label", own + [2],
        "it has 6 labels, one for each image of a data set in its order, and this one has 7"
      ),
      ("\(path)?worse_label", [0, 1, 0, 1, 2, 2], "the order is not the same"),
    ] {
      let error = #expect(throws: DatasetError.self) { try LabelNoise(givenLabels: text, on: draw(labels)) }
      #expect("\(try #require(error))".contains(reason), "\(String(describing: error))")
    }
  }

  @Test(
    "the published human labels of CIFAR-10 have their published shares of wrong ones", .enabled(if: Shared.available))
  func publishedLabels() throws {
    let path = Shared.path("data/public/cifar-n/CIFAR-10_human.pt")
    let root = try TorchArchive(path: path).root
    let clean = try #require(root["clean_label"]?.wholeNumbers)
    let draw = LabeledDraw(
      paths: clean.indices.map(String.init), labels: clean, classNames: (0..<10).map { "class \($0)" })
    // Source: Wei and others, "Learning with Noisy Labels Revisited" (2022), table 1.
    for (name, share) in [("aggre_label", 9.03), ("random_label1", 17.23), ("worse_label", 40.21)] {
      let noise = try LabelNoise(givenLabels: "\(path)?\(name)", on: draw)
      #expect(abs(Double(noise.changes.count) / 500 - share) < 0.03, "\(name): \(noise.changes.count)")
    }
  }

  @Test(
    "impossible noise is rejected in one sentence",
    arguments: [
      ("symmetric:1.5", "0 to 1"), ("symmetric:-0.1", "0 to 1"), ("symmetric:nan", "0 to 1"), ("symmetric", "KIND"),
      ("asymmetric:0.5", "kinds are"), ("pair:halffp", "whole number"), ("pair:x", "neither a rate"),
      ("pair:-1fp", "at least 0"),
      ("symmetric:6fp", "red car has 5"),
    ])
  func refusals(text: String, mention: String) throws {
    let error = #expect(throws: DatasetError.self) { try noise(text) }
    #expect("\(try #require(error))".contains(mention))
  }

  @Test("noise needs a second class, and is never on test images")
  func impossibleDraws() throws {
    let alone = LabeledDraw(paths: ["a", "b"], labels: [0, 0], classNames: ["cat"])
    #expect(throws: DatasetError.self) { try noise("pair:0.5", .pair, on: alone) }
    let test = LabeledDraw(split: .test, paths: ["a", "b"], labels: [0, 1], classNames: ["cat", "dog"])
    #expect(throws: DatasetError.self) { try noise("symmetric:0.5", on: test) }
    let few = LabeledDraw(paths: ["a", "b", "c"], labels: [0, 0, 1], classNames: ["cat", "dog"])
    #expect(throws: DatasetError.self) { try noise("symmetric:2fp", on: few) }
  }
}
