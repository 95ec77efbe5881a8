/// The processes that compute one thing together, each of them its share.
///
/// Rank 0 leads: it says what is to be done, and gets the shares. All ranks call the same methods in the same order, from
/// one thread each.
package protocol RankGroup: Sendable {
  /// The number of this process, from 0.
  var rank: Int { get }
  /// The number of processes.
  var count: Int { get }

  /// Gives all ranks the bytes of rank 0.
  ///
  /// - Parameter bytes: the bytes to send, and on other ranks the memory that they are written to, of the same size.
  /// - Throws: ``RankError`` when the exchange fails.
  func broadcast(_ bytes: UnsafeMutableRawBufferPointer) throws

  /// Gives rank 0 the bytes of all ranks.
  ///
  /// - Parameters:
  ///   - bytes: on rank 0 the memory for all of them, in the order of ranks, in which its own are already; on other ranks
  ///     the bytes to send.
  ///   - sizes: the number of bytes of each rank.
  /// - Throws: ``RankError`` when the exchange fails.
  func gather(_ bytes: UnsafeMutableRawBufferPointer, sizes: [Int]) throws
}

extension RankGroup {
  /// Whether this process leads.
  package var isLeader: Bool { rank == 0 }

  /// Gives all ranks the numbers of rank 0.
  package func broadcast<Number: BitwiseCopyable>(_ numbers: inout [Number]) throws {
    try numbers.withUnsafeMutableBytes { try broadcast($0) }
  }

  /// Returns whether all ranks have the same bytes, by a digest of them.
  package func agree(on bytes: some Sequence<UInt8>) throws -> Bool {
    // FNV-1a.
    let own = bytes.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    var digest = [own]
    try broadcast(&digest)
    var votes = [UInt8](repeating: digest[0] == own ? 1 : 0, count: isLeader ? count : 1)
    try votes.withUnsafeMutableBytes { try gather($0, sizes: [Int](repeating: 1, count: count)) }
    var verdict: [UInt8] = [votes.allSatisfy { $0 == 1 } ? 1 : 0]
    try broadcast(&verdict)
    return verdict[0] == 1
  }

  /// Returns the consecutive pieces of `total` that are a rank's share.
  ///
  /// - Parameters:
  ///   - rank: the rank.
  ///   - total: the number of pieces.
  /// - Returns: its pieces; none where there are fewer pieces than ranks.
  package func share(of rank: Int, in total: Int) -> Range<Int> {
    total * rank / count..<total * (rank + 1) / count
  }
}

/// An error of processes that compute one thing together.
package enum RankError: Error, Equatable, CustomStringConvertible {
  /// The library that passes messages can't be loaded.
  case noLibrary(name: String, reason: String)
  /// The library lacks something.
  case otherLibrary(name: String, symbol: String)
  /// The processes were started with different arguments.
  case otherArguments
  /// A call of the library failed.
  case failed(call: String, code: Int)

  package var description: String {
    switch self {
    case .noLibrary(let name, let reason):
      "mpirun started several processes, but \(name) can't be loaded (\(reason)); install Debian's libopenmpi3, or start one process"
    case .otherLibrary(let name, let symbol):
      "\(name) isn't Open MPI's: it lacks \(symbol); install Debian's libopenmpi3, or start one process"
    case .otherArguments:
      "mpirun started processes with different arguments, which cannot divide one run; several runs are what promptlens sweep run is for, "
        + "or take OMPI_COMM_WORLD_SIZE from their environment"
    case .failed(let call, let code): "\(call) failed with code \(code); start the command again"
    }
  }
}
