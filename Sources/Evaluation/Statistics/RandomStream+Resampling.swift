import PromptLensTensors

extension RandomStream {
  /// Draws as many indices as there are elements, with replacement: one resample of a bootstrap.
  ///
  /// Each word of the stream is spread over the elements, evenly to one part in 2³² / `count`.
  mutating func resample(_ count: Int, _ body: (Int) -> Void) {
    var drawn = 0
    while drawn < count {
      let words = nextBlock()
      for lane in 0..<min(4, count - drawn) { body(Int((UInt64(words[lane]) * UInt64(count)) >> 32)) }
      drawn += 4
    }
  }
}
