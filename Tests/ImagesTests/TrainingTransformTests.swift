import PromptLensImages
import PromptLensJSONDocuments
import TestSupport
import PromptLensTensors
import Testing

/// A source of recorded random numbers.
private struct RecordedNumbers: AugmentationNumbers {
  var left: [Double]

  mutating func uniform(in range: ClosedRange<Float>) -> Float { left.isEmpty ? .nan : Float(left.removeFirst()) }
  mutating func integer(below bound: Int) -> Int { left.isEmpty ? -1 : Int(left.removeFirst()) }
}

/// Tools/fixtures/make_training_views.py recorded the fixtures.
@Suite("The training transform")
struct TrainingTransformTests {
  private static let root = Result { try JSONNode(contentsOf: Fixtures.path("training-views.json")) }

  private func numbers(_ node: JSONNode) throws -> RecordedNumbers {
    RecordedNumbers(left: try node.array("numbers").map { try $0.number() })
  }

  private func box(_ node: JSONNode) throws -> [Int] { try node.array("box").map { try $0.integer() } }

  @Test("crops are torchvision's for the same random numbers, also for pictures of extreme ratios")
  func boxes() throws {
    let cases = try Self.root.get().array("boxes")
    #expect(cases.count == 400)
    for node in cases {
      var numbers = try numbers(node)
      let (width, height) = (try node.integer("width"), try node.integer("height"))
      let crop = RandomResizedCrop(width: width, height: height, numbers: &numbers)
      #expect(try [crop.top, crop.left, crop.height, crop.width] == box(node), "\(width) x \(height)")
      #expect(numbers.left.isEmpty)
    }
  }

  @Test("views have torchvision's bytes, flipped ones too")
  func views() throws {
    let cases = try Self.root.get().array("views")
    let expected = try NumPyArray(path: Fixtures.path("training-views.npy"))
    let side = try Self.root.get().integer("resolution")
    let transform = TrainingTransform(like: try EvaluationTransform(resolution: side))
    for (index, node) in cases.enumerated() {
      let image = try ImageDecoder.decode(path: Fixtures.path("images/\(try node.string("file"))"))
      var numbers = try numbers(node)
      let pixels = transform.pixels(of: image, numbers: &numbers)
      let size = side * side * 3
      #expect(pixels == Array(expected.bytes[index * size..<(index + 1) * size]), "view \(index)")
      #expect(numbers.left.isEmpty)
    }
  }

  @Test("a view is normalized as the evaluation transform normalizes")
  func normalization() throws {
    let image = try ImageDecoder.decode(path: Fixtures.path("images/baseline-420.jpg"))
    let transform = TrainingTransform(like: try EvaluationTransform(resolution: 8))
    var floats = [Float](repeating: .nan, count: transform.outputCount)
    var numbers = RandomStream.view(0, ofImage: 0, seed: 1)
    try floats.withUnsafeMutableBufferPointer { try transform.apply(to: image, numbers: &numbers, into: $0) }
    numbers = RandomStream.view(0, ofImage: 0, seed: 1)
    let pixels = transform.pixels(of: image, numbers: &numbers)
    let (mean, std) = (Preprocessing.openAIMean, Preprocessing.openAIStandardDeviation)
    for (index, value) in floats.enumerated() {
      let (channel, pixel) = (index / 64, index % 64)
      #expect(value == (Float(pixels[3 * pixel + channel]) / 255 - mean[channel]) / std[channel])
    }
  }

  @Test("a view's numbers depend on the seed, the image and the view, and are evenly spread")
  func spread() {
    func first(_ seed: Int, _ image: Int, _ view: Int) -> Float {
      var numbers = RandomStream.view(view, ofImage: image, seed: seed)
      return numbers.uniform(in: 0...1)
    }
    #expect(first(1, 2, 3) == first(1, 2, 3))
    #expect(Set([first(1, 2, 3), first(2, 2, 3), first(1, 3, 3), first(1, 2, 4), first(1, 3, 2)]).count == 5)
    let mean = (0..<10_000).reduce(0) { $0 + first(1, $1, 0) } / 10_000
    #expect(abs(mean - 0.5) < 0.01)
    var numbers = RandomStream.view(0, ofImage: 0, seed: 1)
    var counts = [Int](repeating: 0, count: 7)
    for _ in 0..<70_000 { counts[numbers.integer(below: 7)] += 1 }
    #expect(counts.allSatisfy { abs($0 - 10_000) < 500 })
  }
}
