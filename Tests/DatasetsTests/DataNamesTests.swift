import PromptLensDatasets
import Testing

@Suite("Names of data sets that stand side by side")
struct DataNamesTests {
  @Test("files of the same name are distinguished by their folders, others by their own names alone")
  func files() {
    let texts = [
      "csv:/x/a/pictures.csv", "csv:/x/b/pictures.csv?domain=photo", "csv:/x/b/pictures.csv", "folder:c/photo",
    ]
    let names = DataNames(texts)
    #expect(
      texts.map { names($0) } == ["a/pictures.csv", "pictures.csv?domain=photo", "b/pictures.csv", "photo"])
    #expect(DataNames(texts[0])(texts[0]) == "pictures.csv")
  }

  @Test("known data sets in several folders, and lists of one file read in several ways, are distinguished, too")
  func others() {
    let texts = ["pacs:/x/first?domain=photo", "pacs:/x/second?domain=photo", "csv:l.csv?root=a", "csv:l.csv?root=b"]
    let names = DataNames(texts)
    #expect(
      texts.map { names($0) } == [
        "pacs:first?domain=photo", "pacs:second?domain=photo", "csv:l.csv?root=a", "csv:l.csv?root=b",
      ])
  }

  @Test("a text that isn't a source is its own name")
  func text() {
    #expect(DataNames(["my features"])("my features") == "my features")
    #expect(DataNames([])("folder:a/b") == "b")
  }
}
