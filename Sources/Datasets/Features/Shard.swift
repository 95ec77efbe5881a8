/// One of several equal parts of the work, so that machines can share it.
public struct Shard: Sendable, Equatable, CustomStringConvertible {
  /// The part's place, from 0.
  public let index: Int
  /// The number of parts.
  public let count: Int

  /// All of the work.
  public static let whole = Shard(unchecked: 0, of: 1)

  private init(unchecked index: Int, of count: Int) {
    self.index = index
    self.count = count
  }

  /// Reads `i/N` with i from 1 to N.
  ///
  /// - Throws: ``DatasetError/badShard(text:reason:)``.
  public init(_ text: String) throws(DatasetError) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let number = Int(parts[0]), let count = Int(parts[1]), (1...1_000_000).contains(count),
      (1...count).contains(number)
    else { throw .badShard(text: text, reason: "expected i/N with i from 1 to N, as 1/4 … 4/4, or auto") }
    self.init(unchecked: number - 1, of: count)
  }

  /// The part that falls to this process by the variables of Slurm's job arrays and tasks, Open MPI, other MPIs, or
  /// PyTorch's launchers, whichever are set first in this order; nil when none are.
  ///
  /// - Throws: ``DatasetError/badShard(text:reason:)`` when they contradict themselves.
  public init?(environment: [String: String]) throws(DatasetError) {
    func number(_ name: String) throws(DatasetError) -> Int? {
      guard let text = environment[name], !text.isEmpty else { return nil }
      guard let number = Int(text) else { throw .badShard(text: "\(name)=\(text)", reason: "expected a whole number") }
      return number
    }
    if let task = try number("SLURM_ARRAY_TASK_ID"), let count = try number("SLURM_ARRAY_TASK_COUNT") {
      let first = try number("SLURM_ARRAY_TASK_MIN") ?? 0
      let step = max(try number("SLURM_ARRAY_TASK_STEP") ?? 1, 1)
      let last = try number("SLURM_ARRAY_TASK_MAX") ?? first + (count - 1) * step
      // Arrays of chosen numbers, --array=1,4,9, say nothing of which place theirs is.
      guard (last - first) / step + 1 == count, (task - first) % step == 0 else {
        throw .badShard(
          text: "SLURM_ARRAY_TASK_ID=\(task)",
          reason: "the array's numbers are not evenly spaced; use --array=0-\(max(count - 1, 0))")
      }
      try self.init(rank: (task - first) / step, of: count, name: "SLURM_ARRAY_TASK_ID")
      return
    }
    let pairs = [
      ("SLURM_PROCID", "SLURM_NTASKS"), ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"), ("PMI_RANK", "PMI_SIZE"),
      ("RANK", "WORLD_SIZE"),
    ]
    for (rankName, sizeName) in pairs {
      guard let rank = try number(rankName), let count = try number(sizeName) else { continue }
      try self.init(rank: rank, of: count, name: rankName)
      return
    }
    return nil
  }

  private init(rank: Int, of count: Int, name: String) throws(DatasetError) {
    guard (0..<max(count, 0)).contains(rank) else {
      throw .badShard(text: "\(name)=\(rank)", reason: "expected 0 to \(count - 1) for \(count) processes")
    }
    self.init(unchecked: rank, of: count)
  }

  /// As it is written: `1/4`.
  public var description: String { "\(index + 1)/\(count)" }

  /// The part of a list of `total` that falls to this shard: shards follow each other and differ by one at most.
  public func range(of total: Int) -> Range<Int> {
    func boundary(_ place: Int) -> Int { total / count * place + min(total % count, place) }
    return boundary(index)..<boundary(index + 1)
  }
}
