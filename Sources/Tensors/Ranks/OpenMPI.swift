import Foundation
import Synchronization

/// The processes that Open MPI's `mpirun` started, with its library loaded at run time: nothing of it is needed to build or
/// to install this package.
///
/// The library's communicators and types are addresses of symbols, in which it differs from other MPIs.
package final class OpenMPI: RankGroup {
  private typealias Handle = UnsafeMutableRawPointer
  private typealias Initialize = @convention(c) (UnsafeMutablePointer<Int32>?, UnsafeMutableRawPointer?) -> Int32
  private typealias Finish = @convention(c) () -> Int32
  private typealias Number = @convention(c) (Handle, UnsafeMutablePointer<Int32>) -> Int32
  private typealias Broadcast = @convention(c) (UnsafeMutableRawPointer?, Int32, Handle, Int32, Handle) -> Int32
  private typealias Send = @convention(c) (UnsafeRawPointer?, Int32, Handle, Int32, Int32, Handle) -> Int32
  private typealias Receive =
    @convention(c) (
      UnsafeMutableRawPointer?, Int32, Handle, Int32, Int32, Handle, UnsafeMutableRawPointer?
    ) -> Int32

  /// The functions and constants of the library.
  private struct Library: @unchecked Sendable {
    // Unchecked: addresses that never change.
    let finish: Finish
    let broadcast: Broadcast
    let send: Send
    let receive: Receive
    let world: Handle
    let byte: Handle
  }

  package let rank: Int
  package let count: Int
  private let library: Library
  private let isFinished = Mutex(false)

  private static let name = "libmpi.so.40"
  /// The most bytes of one message, whose length is a 32-bit number.
  private static let messageBytes = 1 << 30

  /// Whether `mpirun` started more than one process.
  package static func isStarted(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> Bool {
    environment["OMPI_COMM_WORLD_SIZE"].flatMap { Int($0) } ?? 1 > 1
  }

  /// Joins the processes that `mpirun` started.
  ///
  /// - Throws: ``RankError`` when the library can't be loaded, isn't Open MPI's, or refuses.
  package init() throws(RankError) {
    // Its own plug-ins look up symbols of the library among those of the whole process.
    guard let loaded = dlopen(Self.name, RTLD_NOW | RTLD_GLOBAL) else {
      throw .noLibrary(name: Self.name, reason: dlerror().map { String(cString: $0) } ?? "no reason is given")
    }
    func symbol(_ name: String) throws(RankError) -> Handle {
      guard let found = dlsym(loaded, name) else { throw .otherLibrary(name: Self.name, symbol: name) }
      return found
    }
    let initialize = unsafeBitCast(try symbol("MPI_Init"), to: Initialize.self)
    let rankNumber = unsafeBitCast(try symbol("MPI_Comm_rank"), to: Number.self)
    let sizeNumber = unsafeBitCast(try symbol("MPI_Comm_size"), to: Number.self)
    library = Library(
      finish: unsafeBitCast(try symbol("MPI_Finalize"), to: Finish.self),
      broadcast: unsafeBitCast(try symbol("MPI_Bcast"), to: Broadcast.self),
      send: unsafeBitCast(try symbol("MPI_Send"), to: Send.self),
      receive: unsafeBitCast(try symbol("MPI_Recv"), to: Receive.self),
      world: try symbol("ompi_mpi_comm_world"), byte: try symbol("ompi_mpi_byte"))
    let code = initialize(nil, nil)
    guard code == 0 else { throw .failed(call: "MPI_Init", code: Int(code)) }
    var (rank, size): (Int32, Int32) = (0, 1)
    _ = rankNumber(library.world, &rank)
    _ = sizeNumber(library.world, &size)
    (self.rank, count) = (Int(rank), Int(size))
  }

  /// Leaves the processes; what comes afterward is each one's own affair.
  package func finish() {
    isFinished.withLock { isFinished in
      if !isFinished { _ = library.finish() }
      isFinished = true
    }
  }

  package func broadcast(_ bytes: UnsafeMutableRawBufferPointer) throws {
    try pieces(of: bytes) { start, length in
      ("MPI_Bcast", library.broadcast(start, length, library.byte, 0, library.world))
    }
  }

  package func gather(_ bytes: UnsafeMutableRawBufferPointer, sizes: [Int]) throws {
    guard isLeader else {
      return try pieces(of: bytes) { start, length in
        ("MPI_Send", library.send(start, length, library.byte, 0, 0, library.world))
      }
    }
    var start = sizes.first ?? 0
    for (rank, size) in sizes.enumerated().dropFirst() {
      // A status that is ignored is a null pointer.
      try pieces(of: UnsafeMutableRawBufferPointer(rebasing: bytes[start..<start + size])) { start, length in
        ("MPI_Recv", library.receive(start, length, library.byte, Int32(rank), 0, library.world, nil))
      }
      start += size
    }
  }

  /// Calls the library for pieces of memory whose lengths fit its 32-bit numbers.
  private func pieces(
    of bytes: UnsafeMutableRawBufferPointer,
    _ call: (UnsafeMutableRawPointer?, Int32) -> (name: String, code: Int32)
  ) throws(RankError) {
    for start in stride(from: 0, to: bytes.count, by: Self.messageBytes) {
      let piece = UnsafeMutableRawBufferPointer(
        rebasing: bytes[start..<min(start + Self.messageBytes, bytes.count)])
      let done = call(piece.baseAddress, Int32(piece.count))
      guard done.code == 0 else { throw .failed(call: done.name, code: Int(done.code)) }
    }
  }
}
