import PromptLensExperiments
import PromptLensJSONDocuments
import Testing

@Suite("Groups of runs")
struct RunGroupTests {
  private func run(seed: Int, shots: Int) -> JSON.Object {
    var settings = JSON.Object()
    settings["method"] = "coop"
    settings["shots"] = JSON(shots)
    settings["seed"] = JSON(seed)
    return settings
  }

  @Test("runs that differ only in their seed are one group, ordered by seed")
  func seeds() {
    let groups = RunGroup.groups(of: [run(seed: 3, shots: 4), run(seed: 1, shots: 4), run(seed: 1, shots: 1)])
    #expect(groups.count == 2)
    #expect(groups[1].members.map(\.seed) == [1, 3])
    #expect(groups[1].members.map(\.index) == [1, 0])
  }
}
