import PromptLensDatasets
import Testing

@Suite("Divisions that keep copies together")
struct GroupedPartitionTests {
  @Test("a fifth of each class is held out, by the seed")
  func shares() {
    let labels = (0..<100).map { $0 % 4 }
    let groups = Array(labels.indices)
    let parts = GroupedPartition.parts(labels: labels, groups: groups, shares: [0.8, 0.2], seed: 1)
    for label in 0..<4 { #expect(parts.indices.count { parts[$0] == 1 && labels[$0] == label } == 5) }
    #expect(parts == GroupedPartition.parts(labels: labels, groups: groups, shares: [0.8, 0.2], seed: 1))
    #expect(parts != GroupedPartition.parts(labels: labels, groups: groups, shares: [0.8, 0.2], seed: 2))
  }

  @Test("copies are in one part, across classes too, and folds are balanced")
  func copies() {
    let labels = (0..<60).map { $0 % 3 }
    let groups = labels.indices.map { $0 < 12 ? $0 / 3 : $0 }
    let parts = GroupedPartition.parts(
      labels: labels, groups: groups, shares: [Double](repeating: 0.2, count: 5), seed: 3)
    for group in Set(groups) { #expect(Set(parts.indices.filter { groups[$0] == group }.map { parts[$0] }).count == 1) }
    for part in 0..<5 {
      for label in 0..<3 { #expect((3...5).contains(parts.indices.count { parts[$0] == part && labels[$0] == label })) }
    }
  }

  @Test("five images of a class leave one to measure on")
  func few() {
    let labels = [0, 0, 0, 0, 0, 1, 1, 1, 1, 1]
    let parts = GroupedPartition.parts(labels: labels, groups: Array(labels.indices), shares: [0.8, 0.2], seed: 1)
    #expect(parts.count { $0 == 1 } == 2)
  }
}
