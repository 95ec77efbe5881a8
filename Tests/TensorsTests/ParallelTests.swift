import Foundation
import Synchronization
import PromptLensTensors
import Testing

@Suite("Parallel work")
struct ParallelTests {
  @Test("every piece runs once and results keep their order")
  func order() throws {
    #expect(try Parallel.map(1000) { $0 * 2 } == (0..<1000).map { $0 * 2 })
  }

  @Test("work nested in a piece stays on the piece's own thread", .enabled(if: Parallel.threadCount > 1))
  func nested() throws {
    let stayed = try Parallel.map(4) { _ in
      let own = pthread_self()
      return try Parallel.map(50) { _ in pthread_equal(pthread_self(), own) != 0 }.allSatisfy { $0 }
    }
    #expect(stayed == [true, true, true, true])
  }

  @Test("the error of the first piece that fails is thrown")
  func failure() {
    struct Failure: Error, Equatable { let index: Int }
    #expect(throws: Failure(index: 3)) {
      try Parallel.forEach(4) { index in
        if index >= 3 { throw Failure(index: index) }
      }
    }
  }
}
