/// CLIP's ResNet: a stem of three convolutions, average pooling before every strided convolution, attention pooling.
package struct ModifiedResNetConfiguration: Sendable, Equatable {
  /// The side of the square input in pixels; a multiple of 32.
  package var resolution: Int
  /// The number of channels after the stem.
  package var width: Int
  /// The number of bottleneck blocks in each of the four stages.
  package var blocks: [Int]
  /// The number of heads in the attention pooling.
  package var heads: Int

  /// Creates a modified ResNet.
  package init(resolution: Int, width: Int, blocks: [Int], heads: Int) {
    self.resolution = resolution
    self.width = width
    self.blocks = blocks
    self.heads = heads
  }

  /// The number of channels after the last stage.
  package var outputChannels: Int { width * 32 }
  /// The side of the last stage's output.
  package var gridSize: Int { resolution / 32 }
  /// The number of positions in the attention pooling: the mean, and each position of the last stage's output.
  package var positions: Int { gridSize * gridSize + 1 }
}
