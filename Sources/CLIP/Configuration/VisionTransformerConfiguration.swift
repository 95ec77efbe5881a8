import PromptLensImages

/// OpenAI's and open_clip's own vision transformer, which cuts its input into square patches.
package struct VisionTransformerConfiguration: Sendable, Equatable {
  /// The size of the input; a square in every published CLIP.
  package var inputSize: PixelSize
  /// The side of a patch in pixels; divides both sides of the input.
  package var patchSize: Int
  /// The blocks.
  package var transformer: TransformerConfiguration
  /// Whether there is a norm before the first block, as in OpenAI's; open_clip's `no_ln_pre` leaves it out.
  package var hasInputNorm = true
  /// The pooling of the tokens into the feature.
  package var pooling = Pooling.classToken
  /// Whether the last norm follows the pooling, open_clip's `final_ln_after_pool`. It makes a difference for a mean only.
  package var normsAfterPooling = false
  /// CoCa's pooler between the last block and the last norm; nil for none.
  package var pooler: AttentionalPooler?

  /// The pooling of the tokens into the image's feature.
  package enum Pooling: String, Sendable, CaseIterable {
    /// The class token's state; behind an attentional pooler its first query's.
    case classToken = "tok"
    /// The mean of the patches' states.
    case mean = "avg"
  }

  /// An attention of learned queries over all positions: CoCa's `attn_pool`.
  package struct AttentionalPooler: Sendable, Equatable {
    /// The number of queries, of which the first is the image's feature.
    package var queries: Int
    /// The number of heads.
    package var heads: Int

    /// Creates a pooler.
    package init(queries: Int, heads: Int) {
      self.queries = queries
      self.heads = heads
    }
  }

  /// Creates a vision transformer.
  package init(inputSize: PixelSize, patchSize: Int, transformer: TransformerConfiguration) {
    self.inputSize = inputSize
    self.patchSize = patchSize
    self.transformer = transformer
  }

  /// Creates a vision transformer of square inputs.
  package init(resolution: Int, patchSize: Int, transformer: TransformerConfiguration) {
    self.init(inputSize: PixelSize(side: resolution), patchSize: patchSize, transformer: transformer)
  }

  /// Patches along both sides.
  package var grid: PixelSize {
    PixelSize(height: inputSize.height / patchSize, width: inputSize.width / patchSize)
  }
  /// The number of positions: the patches and the class token.
  package var positions: Int { grid.count + 1 }

  /// Whether the tower is OpenAI's, without any of open_clip's options.
  package var isOpenAIs: Bool {
    hasInputNorm && pooling == .classToken && !normsAfterPooling && pooler == nil && transformer.block.isCLIPs
  }
}
