import PromptLensExperiments
import PromptLensFiles
import Testing

@Suite("Kinds of errors")
struct ErrorKindTests {
  @Test("a sweep that failed because nothing could be written is of that kind, another one of bad data")
  func failedTasks() {
    func error(areUnwritable: Bool) -> ExperimentError {
      .failedTasks(failed: 1, total: 2, first: "a", reason: "no space left", areUnwritable: areUnwritable)
    }
    #expect(ErrorKind(error(areUnwritable: true)) == .cannotWrite)
    #expect(ErrorKind(error(areUnwritable: false)) == .badData)
    #expect(ErrorKind(FileError.writing("a", code: 28)) == .cannotWrite)
  }
}
