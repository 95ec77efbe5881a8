import PromptLensImages

/// A vision transformer of the timm library: EVA, Perception Encoder, ViTamin, MobileCLIP-B.
///
/// timm's files state neither heads nor ε, activation or rotary embedding; they follow from the network's name.
///
/// Source: `eva.py`, `vision_transformer.py`, `vision_transformer_hybrid.py` and `vitamin.py` of timm.
package struct TimmTransformerConfiguration: Sendable, Equatable {
  /// timm's name of the network, by which other software builds it.
  package var name: String
  /// The size of the input.
  package var inputSize: PixelSize
  /// The step from pixels to the patches' rows.
  package var stem: Stem
  /// Whether a class token stands before the patches.
  package var hasClassToken: Bool
  /// The tokens that have a positional embedding.
  package var positionTable: PositionTable
  /// Whether there is a norm before the first block.
  package var hasInputNorm: Bool
  /// The blocks.
  package var transformer: TransformerConfiguration
  /// The rotation of queries and keys by their patch's place; nil for none.
  package var rotary: RotaryEmbedding?
  /// The pooling of the tokens into the feature.
  package var pooling: Pooling
  /// The step from the pooled state to the shared space.
  package var projection: TimmProjection

  /// Creates a transformer.
  package init(
    name: String, inputSize: PixelSize, stem: Stem, hasClassToken: Bool = true, positionTable: PositionTable = .all,
    hasInputNorm: Bool = false, transformer: TransformerConfiguration, rotary: RotaryEmbedding? = nil,
    pooling: Pooling = .classToken, projection: TimmProjection = .classifier
  ) {
    self.name = name
    self.inputSize = inputSize
    self.stem = stem
    self.hasClassToken = hasClassToken
    self.positionTable = positionTable
    self.hasInputNorm = hasInputNorm
    self.transformer = transformer
    self.rotary = rotary
    self.pooling = pooling
    self.projection = projection
  }

  /// A step from pixels to rows.
  package enum Stem: Sendable, Equatable {
    /// One convolution whose stride is its side.
    case patches(side: Int, hasBias: Bool)
    /// Convolutions whose strides are their sides, with a batch norm and GELU after each but the last: MobileCLIP's.
    case convolutions([Convolution])
    /// A stem of two convolutions, stages of inverted bottlenecks that halve the sides, and a convolution that halves
    /// them once more: ViTamin's.
    case bottlenecks(stem: Int, stages: [Stage])

    /// A convolution of a stem.
    package struct Convolution: Sendable, Equatable {
      /// The side of the kernel, and the stride.
      package var side: Int
      /// The number of output channels.
      package var channels: Int

      /// Creates a convolution.
      package init(side: Int, channels: Int) {
        self.side = side
        self.channels = channels
      }
    }

    /// A stage of inverted bottlenecks.
    package struct Stage: Sendable, Equatable {
      /// The number of output channels.
      package var channels: Int
      /// The number of blocks.
      package var depth: Int

      /// Creates a stage.
      package init(channels: Int, depth: Int) {
        self.channels = channels
        self.depth = depth
      }
    }
  }

  /// The tokens that have a positional embedding.
  package enum PositionTable: String, Sendable, CaseIterable {
    /// There is no table.
    case none
    /// The patches; the class token has none.
    case patches
    /// The class token, if there is one, and the patches.
    case all
  }

  /// A rotation of queries and keys by angles that grow with the patch's place.
  ///
  /// Place p of an axis of n patches is `(p + offset) / n · reference`; its angles are that times `10000^(−i/(d/4))` for
  /// heads of width d. The first half of a head turns by the first axis, the second by the other, each adjacent pair of
  /// elements by one angle.
  ///
  /// Source: Su et al., "RoFormer" (2021); `RotaryEmbeddingCat` of timm.
  package struct RotaryEmbedding: Sendable, Equatable {
    /// The side of the grid that angles are relative to.
    package var reference: Int
    /// The offset that is added to each position.
    package var offset: Int
    /// Whether the columns come before the rows.
    package var hasColumnsFirst: Bool

    /// Creates a rotation.
    package init(reference: Int, offset: Int = 0, hasColumnsFirst: Bool = false) {
      self.reference = reference
      self.offset = offset
      self.hasColumnsFirst = hasColumnsFirst
    }
  }

  /// The pooling of the tokens into the image's feature.
  package enum Pooling: Sendable, Equatable {
    /// The class token's state.
    case classToken
    /// The mean of all states, normalized after it.
    case mean
    /// A learned query's attention over all states, and an MLP: timm's `attn_pool`.
    case attention(heads: Int, mlpWidth: Int)
  }

  /// The number of pixels between the patches' centers.
  package var stride: Int {
    switch stem {
    case .patches(let side, _): side
    case .convolutions(let convolutions):
      convolutions.reduce(1) { $0.multipliedReportingOverflow(by: $1.side).partialValue }
    case .bottlenecks(_, let stages): 4 << min(stages.count, 16)
    }
  }
  /// Patches along both sides.
  package var grid: PixelSize {
    guard stride > 0 else { return PixelSize(side: 0) }
    if case .bottlenecks(_, let stages) = stem {
      // Each of these convolutions pads by one pixel, so that sides are rounded up.
      func halved(_ side: Int) -> Int { (0..<stages.count + 2).reduce(side) { half, _ in (half + 1) / 2 } }
      return PixelSize(height: halved(inputSize.height), width: halved(inputSize.width))
    }
    return PixelSize(height: inputSize.height / stride, width: inputSize.width / stride)
  }
  /// The number of positions: the patches, and the class token if there is one.
  package var positions: Int { grid.count + (hasClassToken ? 1 : 0) }
}
