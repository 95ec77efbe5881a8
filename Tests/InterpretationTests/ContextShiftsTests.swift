import PromptLensInterpretation
import TestSupport
import PromptLensTensors
import Testing

@Suite("Contexts shifted image by image")
struct ContextShiftsTests {
  /// Returns four words along the axes of a plane, ten from the middle.
  private func words() throws -> NearestWords {
    try NearestWords(embedding: Tensor([10, 0, 0, 10, -10, 0, 0, -10], shape: [4, 2]))
  }

  @Test("a movement that is the same for all images is entirely common, and changes words for all")
  func common() throws {
    let context = try Tensor([9, 0, 0, 9], shape: [2, 2])
    let found = try ContextShifts(
      of: context, by: Tensor([-6, 0, -6, 0, -6, 0], shape: [3, 2]), words: words())
    #expect(found.images == 3 && abs(found.length - 6) < 1e-12)
    let (relative, share) = (try #require(found.relativeLength), try #require(found.commonShare))
    #expect(abs(relative - 6.0 / 9) < 1e-12 && abs(share - 1) < 1e-12)
    // (3, 0) is still nearest to (10, 0), (-6, 9) to (0, 10).
    #expect(found.kept == [1, 1])
    let far = try ContextShifts(of: context, by: Tensor([-15, 0, -15, 0], shape: [2, 2]), words: words())
    #expect(far.kept == [0, 0] && far.words.map(\.before.id) == [0, 1] && far.words.map(\.after.id) == [2, 2])
  }

  @Test("movements that cancel have nothing in common, and the share of kept words counts each image")
  func canceling() throws {
    let found = try ContextShifts(
      of: Tensor([9, 0], shape: [1, 2]), by: Tensor([0, 20, 0, -20, 1, 0, -1, 0], shape: [4, 2]), words: words())
    let share = try #require(found.commonShare)
    #expect(abs(share) < 1e-12 && found.kept == [0.5])
    #expect(found.words[0].after == found.words[0].before)
  }

  @Test("a network that moves nothing keeps every word, and shifts of another width are refused")
  func still() throws {
    let found = try ContextShifts(
      of: Tensor([9, 0], shape: [1, 2]), by: Tensor([0, 0, 0, 0], shape: [2, 2]), words: words())
    #expect(found.length == 0 && found.commonShare == nil && found.kept == [1])
    #expect(throws: TensorError.self) {
      try ContextShifts(of: Tensor([9, 0], shape: [1, 2]), by: Tensor([0, 0, 0], shape: [1, 3]), words: words())
    }
  }
}
