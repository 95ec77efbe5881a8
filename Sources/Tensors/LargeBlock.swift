import Foundation
import PromptLensFiles

/// Memory for numbers, whose refusal ends the process with a sentence, the size in it, and exit code 70.
///
/// Swift's own allocation ends it by a trap. An error that is thrown would have to pass through every line that makes
/// a tensor, and none of them could go on without it.
enum LargeBlock {
  /// Allocates memory, which `deallocate()` frees.
  static func allocate(byteCount: Int, alignment: Int = 16) -> UnsafeMutableRawPointer {
    var block: UnsafeMutableRawPointer?
    if alignment <= 16 {
      block = malloc(max(byteCount, 1))
    } else if posix_memalign(&block, alignment, max(byteCount, 1)) != 0 {
      block = nil
    }
    guard let block else { endProcess(byteCount) }
    return block
  }

  private static func endProcess(_ byteCount: Int) -> Never {
    let megabytes = (byteCount + 999_999) / 1_000_000
    StandardStream.error.note(
      "error: the system refuses \(megabytes) MB of memory; free some, raise the limit (ulimit -v), or lower "
        + "--memory-limit where the command has it\n")
    UnfinishedOutput.removeAll()
    _exit(70)
  }
}
