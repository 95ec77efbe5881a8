import PromptLensDatasets
import PromptLensFeatures
import TestSupport
import Testing

@Suite("Images that are set aside for testing")
struct HoldOutTests {
  private func dataset(_ counts: [Int], _ split: Split = .test) -> Dataset {
    let items = counts.enumerated().flatMap { label, count in
      (0..<count).map { Dataset.Item(path: "\(label)/\($0).jpg", label: label) }
    }
    return Dataset(name: "d", root: "", classNames: counts.indices.map { "c\($0)" }, splits: [split: items])
  }

  @Test("a part of each class is set aside, at least one image and never all, and all images stay")
  func parts() throws {
    let whole = dataset([10, 3, 2, 1])
    let parted = try HoldOut("20%").parted(whole)
    func count(_ split: Split, _ label: Int) -> Int { parted[split].count { $0.label == label } }
    #expect((0..<4).map { count(.test, $0) } == [2, 1, 1, 0])
    #expect((0..<4).map { count(.train, $0) } == [8, 2, 1, 1])
    #expect(Set((parted[.train] + parted[.test]).map(\.path)) == Set(whole[.test].map(\.path)))
    #expect(parted.notes == [.heldOut(try HoldOut("20%"), test: 4, train: 12, single: ["c3"])])
  }

  @Test("a second part is for validation, and leaves the test images as they are")
  func validation() throws {
    let whole = dataset([10, 3, 2, 1])
    let parted = try HoldOut("20%+30%").parted(whole)
    func count(_ split: Split) -> [Int] { (0..<4).map { label in parted[split].count { $0.label == label } } }
    #expect(count(.test) == [2, 1, 1, 0] && count(.val) == [3, 1, 0, 0] && count(.train) == [5, 1, 1, 1])
    #expect(try parted[.test] == HoldOut("20%").parted(whole)[.test])
    #expect(Set(Split.allCases.flatMap { parted[$0] }.map(\.path)).count == 16)
    #expect("\(parted.notes[0])".contains("4 test images, 4 validation images, 8 to learn from"))
    let items = [Dataset.Item(path: "1.jpg", label: 0), Dataset.Item(path: "2.jpg", label: 0)]
    let both = Dataset(name: "d", root: "", classNames: ["a"], splits: [.train: items, .test: items])
    let more = try HoldOut("+10%:2").parted(both)
    #expect(more[.train].count == 1 && more[.val].count == 1 && more[.test] == items)
    #expect(throws: DatasetError.self) { try HoldOut("+10%").parted(more) }
    let error = #expect(throws: DatasetError.self) { try HoldOut("20%:7").parted(whole).items(of: .val) }
    #expect(error.map { "\($0)" }?.contains("20%+10%:7") == true)
    #expect(try DataSource("folder:x").holding(out: HoldOut("20%+10%")).holdOut == HoldOut("20%+10%"))
  }

  @Test("the same seed sets the same images aside, another one others")
  func seeds() throws {
    let whole = dataset([50, 50], .train)
    #expect(try HoldOut("0.3").parted(whole)[.test] == HoldOut("30%:1").parted(whole)[.test])
    #expect(try HoldOut("30%:2").parted(whole)[.test] != HoldOut("30%").parted(whole)[.test])
  }

  @Test("data with test images beside others are refused, as are texts that don't state a valid part")
  func refusals() throws {
    let items = [Dataset.Item(path: "1.jpg", label: 0)]
    let both = Dataset(name: "d", root: "", classNames: ["a"], splits: [.train: items, .test: items])
    #expect(throws: DatasetError.self) { try HoldOut("20%").parted(both) }
    for text in [
      "20", "0%", "100%", "x%", "20%:x", "", "nan", "-1%", "20%:-1", "0%+10%", "20%+", "+", "60%+40%", "20%+x",
    ] {
      #expect(throws: DatasetError.self) { try HoldOut(text) }
    }
  }

  @Test("a source says the part itself, or gets it from an option, once")
  func sources() throws {
    let source = try DataSource("folder:x").holding(out: HoldOut("20%:3"))
    #expect(source.description == "folder:x?hold-out=20%:3")
    #expect(try DataSource("folder:x?split=train&hold-out=20%").holdOut == HoldOut("20%"))
    #expect(try source.holding(out: HoldOut("20%:3")) == source)
    #expect(throws: DatasetError.self) { try source.holding(out: HoldOut("10%")) }
  }
}
