import PromptLensDatasets
import PromptLensJSONDocuments
import TestSupport
import Testing

@Suite("Few-shot draws")
struct FewShotDrawTests {
  @Test(
    "draws agree with the reference's own code, for every recorded number of shots and seed",
    .enabled(if: Shared.available),
    arguments: ["Caltech101", "DescribableTextures", "EuroSAT", "OxfordPets"])
  func reference(name: String) throws {
    let folder = Shared.path("data/coop-draws")
    let dataset = try SplitFile.read("\(folder)/split_zhou_\(name).json")
    let recorded = try JSONNode(contentsOf: "\(folder)/\(name).json")
    let keys = try recorded.object().keys
    #expect(keys.count == 20)
    for key in keys {
      let numbers = key.split { !$0.isNumber }.compactMap { Int($0) }
      let draw = try FewShotDraw(dataset, shots: numbers[0], seed: numbers[1])
      #expect(try draw.train == recorded.node(key).array("train").map { try $0.integer() }, "\(key)")
      #expect(try draw.val == recorded.node(key).array("val").map { try $0.integer() }, "\(key)")
    }
  }

  @Test("a class with fewer images than shots gives all of them, in order, without using a random number")
  func smallClasses() throws {
    let small = try FewShotDraw(train: [4, 4, 2, 2, 2, 2, 2], val: [], shots: 3, seed: 1)
    let without = try FewShotDraw(train: [2, 2, 2, 2, 2], val: [], shots: 3, seed: 1)
    #expect(small.train == [0, 1] + without.train.map { $0 + 2 })
    #expect(small.val.isEmpty)
  }

  @Test("validation continues the training draw's stream and takes at most 4 of a class")
  func validation() throws {
    let labels = [Int](repeating: 0, count: 30)
    let draw = try FewShotDraw(train: labels, val: labels, shots: 8, seed: 2)
    var random = MersenneTwister(seed: 2)
    #expect(draw.train == random.sample(8, of: 30))
    #expect(draw.val == random.sample(4, of: 30))
  }

  @Test("zero shots are rejected; test images are never drawn, even where they double as validation images")
  func refusals() throws {
    #expect(throws: DatasetError.badDraw(reason: "0 shots, expected at least 1")) {
      try FewShotDraw(train: [0], val: [], shots: 0, seed: 1)
    }
    let items = [Dataset.Item(path: "a.jpg", label: 0), Dataset.Item(path: "b.jpg", label: 0)]
    let dataset = Dataset(
      name: "x", root: "", classNames: ["a"], splits: [.train: items, .val: items, .test: items], validatesOnTest: true)
    let draw = try FewShotDraw(dataset, shots: 1, seed: 1)
    #expect(draw.train.count == 1 && draw.val.isEmpty && draw[.test].isEmpty)
    let kept = dataset.keeping(draw)
    #expect(kept[.train].count == 1 && kept[.val].count == 2 && kept[.test].count == 2)
  }

  @Test("base classes are the first half, rounded up, and both halves are renumbered from 0")
  func subsets() {
    func item(_ label: Int) -> Dataset.Item { Dataset.Item(path: "\(label).jpg", label: label) }
    let dataset = Dataset(
      name: "x", root: "", classNames: ["a", "b", "c", "d", "e"],
      splits: [.train: [4, 0, 1, 2, 3].map(item), .test: [3, 0, 4].map(item)])
    let base = dataset.keeping(.base)
    #expect(base.classNames == ["a", "b", "c"])
    #expect(base[.train].map(\.path) == ["0.jpg", "1.jpg", "2.jpg"])
    #expect(base[.test] == [item(0)])
    let new = dataset.keeping(.new)
    #expect(new.classNames == ["d", "e"])
    #expect(new[.test] == [Dataset.Item(path: "3.jpg", label: 0), Dataset.Item(path: "4.jpg", label: 1)])
    #expect(dataset.keeping(.all) == dataset)
  }
}
