import PromptLensImages
import PromptLensJSONDocuments
import TestSupport
import Testing

/// Tools/fixtures/make_preprocessing_fixture.py recorded the fixtures with Pillow.
@Suite("Filters")
struct FilterTests {
  @Test("every filter gives Pillow's bytes in every mode, smaller and larger", arguments: ResampleFilter.allCases)
  func pillow(filter: ResampleFilter) throws {
    let root = try JSONNode(contentsOf: Fixtures.path("preprocessing.json"))
    let results = try NumPyArray(path: Fixtures.path("preprocessing.npy")).bytes
    let cases = try root.array("filters").filter { try $0.string("filter") == filter.rawValue }
    #expect(cases.count == 20)
    for node in cases {
      let file = try node.string("file")
      let image = try ImageDecoder.decode(path: Fixtures.path("images/\(file)"))
      let size = PixelSize(height: try node.integer("height"), width: try node.integer("width"))
      let transform = Preprocessing(resize: .exact(size), filter: filter, crop: nil)
      let found = transform.picture(of: image, order: .resizeInOwnMode)
      let start = try node.integer("start")
      #expect(found.bytes == Array(results[start..<start + 3 * size.count]), "\(file), \(size)")
    }
  }
}
