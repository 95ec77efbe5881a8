import PromptLensTensorFiles
import PromptLensCheckpoints
import PromptLensFiles
import Foundation
import PromptLensJSONDocuments
import TestSupport
import Testing

@Suite("Damaged and odd HDF5 files", .enabled(if: Shared.available))
struct DamagedHDF5Tests {
  @Test("each file is read exactly, or rejected in one sentence that names it", arguments: BadFile.all(in: "hdf5"))
  func conformance(file: BadFile) throws {
    let outcome = Result { () throws -> [Float] in
      let hdf5 = try HDF5File(path: file.location)
      for dataset in hdf5.datasets { _ = try hdf5.tensor(dataset.path) }
      return try hdf5.tensor("layers/dense/vars/0").floats()
    }
    switch outcome {
    case .success(let floats):
      #expect(file.expect != "refuse", "\(file) was read")
      if file.path.hasPrefix("hdf5/ok-"), file.expect == "accept" {
        let expected = try NumPyFile(path: Shared.path("fixtures/bad/hdf5-expected.npy")).tensor().floats()
        #expect(floats == expected)
      }
    case .failure(let error):
      #expect(file.expect != "accept", "\(file) was refused: \(error)")
      let sentence = "\(error)"
      #expect(sentence.contains(file.location) && !sentence.contains("\n"))
    }
  }
}
