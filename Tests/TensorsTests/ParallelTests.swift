import Synchronization
import Tensors
import Testing

@Suite("Parallel work")
struct ParallelTests {
  @Test("every piece is done once and results keep their order")
  func order() throws {
    #expect(try Parallel.map(1000) { $0 * 2 } == (0..<1000).map { $0 * 2 })
  }

  @Test("the error of the first piece that fails comes out")
  func failure() {
    struct Failure: Error, Equatable { let index: Int }
    #expect(throws: Failure(index: 3)) {
      try Parallel.forEach(4) { index in
        if index >= 3 { throw Failure(index: index) }
      }
    }
  }
}
