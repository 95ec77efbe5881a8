import Foundation
import PromptLensExperiments
import PromptLensTensorFiles
import PromptLensTensors
import Testing

@Suite("Classification without a command line")
struct ClassificationTests {
  @Test("classes are listed by falling probability, equal ones in their order, and probabilities sum to one")
  func mostProbable() {
    let all = PredictedImage.Class.mostProbable([1, 3, 1], names: ["a", "b", "c"], limit: 3)
    #expect(all.map(\.name) == ["b", "a", "c"] && all.map(\.label) == [1, 0, 2])
    #expect(abs(all.reduce(0) { $0 + $1.probability } - 1) < 1e-12)
    #expect(PredictedImage.Class.mostProbable([1, 3, 1], names: ["a", "b", "c"], limit: 1).map(\.name) == ["b"])
  }

  @Test("plain arrays are classified without a model, and classes of one name are noted")
  func arrays() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    func write(_ values: [Float], _ shape: [Int], _ name: String) throws -> String {
      let path = "\(folder)/\(name)"
      try NumPyFile.write(Tensor(values, shape: shape, name: name), to: path)
      return path
    }
    let text = try write([1, 0, 0, 1], [2, 2], "text.npy")
    let features = try write([2, 0.1, 0.1, 3, 1, 2], [3, 2], "features.npy")
    let labels = "\(folder)/labels.npy"
    try Data(Self.wholeNumbers([0, 1, 0])).write(to: URL(fileURLWithPath: labels))
    try Data("crane\ncrane\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/classes.txt"))
    let result = try ZeroShotExperiment(
      .arrays(
        FeatureArrayFiles(
          train: #require(.init(features: features, labels: labels)), text: text, classNames: "\(folder)/classes.txt"))
    ).run()
    #expect(result.metrics.correct == 2 && result.metrics.total == 3 && result.templates.isEmpty)
    #expect(result.sharedNames.map(\.name) == ["crane"] && result.sharedNames.map(\.count) == [2])
  }

  /// Returns a `.npy` file of 64-bit whole numbers.
  private static func wholeNumbers(_ values: [Int64]) -> [UInt8] {
    var header = "{'descr': '<i8', 'fortran_order': False, 'shape': (\(values.count),), }"
    header += String(repeating: " ", count: 64 - (10 + header.utf8.count + 1) % 64) + "\n"
    let length = UInt16(header.utf8.count)
    var bytes: [UInt8] = [0x93]
    bytes += Array("NUMPY".utf8)
    bytes += [1, 0, UInt8(length & 255), UInt8(length >> 8)]
    bytes += Array(header.utf8)
    for value in values { withUnsafeBytes(of: value.littleEndian) { bytes += Array($0) } }
    return bytes
  }
}
