import PromptLensFiles
import Testing

@Suite("The ends of paths that distinguish them")
struct PathEndsTests {
  @Test("a last part that no other path has is enough; equal ones get the parts before them")
  func ends() {
    #expect(
      PathEnds.names(of: ["/data/a/pictures.csv", "/data/b/pictures.csv", "other/list.csv"])
        == ["a/pictures.csv", "b/pictures.csv", "list.csv"])
    #expect(
      PathEnds.names(of: ["x/a/b/c", "y/a/b/c", "z/c"]) == ["x/a/b/c", "y/a/b/c", "z/c"])
  }

  @Test("equal paths have equal names, also where they are written differently")
  func equal() {
    #expect(PathEnds.names(of: ["a/run", "./a/run/", "b/../a/run"]) == ["run", "run", "run"])
    #expect(PathEnds.names(of: ["run", "a/run"]) == ["run", "a/run"])
    #expect(PathEnds.names(of: ["/a/run", "a/run"]) == ["/a/run", "a/run"])
    #expect(PathEnds.names(of: []) == [])
  }
}
