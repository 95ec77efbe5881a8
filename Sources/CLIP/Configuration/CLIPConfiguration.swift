import PromptLensImages

/// The architecture of a CLIP: everything except its weights.
///
/// Source: Radford et al., "Learning Transferable Visual Models From Natural Language Supervision" (2021), section 2.4.
package struct CLIPConfiguration: Sendable, Equatable {
  /// The width of the space that images and texts share.
  package var embedDimension: Int
  /// The image tower.
  package var image: ImageTowerConfiguration
  /// The text tower.
  package var text: TextTowerConfiguration
  /// The preparation of pictures for the image tower.
  package var preprocessing: Preprocessing

  /// Creates an architecture; see ``validate(source:)``.
  ///
  /// - Parameters:
  ///   - embedDimension: the width of the space that images and texts share.
  ///   - image: the image tower.
  ///   - text: the text tower.
  ///   - preprocessing: the preparation of pictures; nil for OpenAI's.
  package init(
    embedDimension: Int, image: ImageTowerConfiguration, text: TextTowerConfiguration,
    preprocessing: Preprocessing? = nil
  ) {
    self.embedDimension = embedDimension
    self.image = image
    self.text = text
    self.preprocessing = preprocessing ?? .openAI(image.inputSize)
  }
}

/// The text tower: a causal transformer over token embeddings, read at the end token.
package struct TextTowerConfiguration: Sendable, Equatable {
  /// The number of rows of the token embedding; the last two are the start and the end token.
  package var vocabularySize: Int
  /// The maximum number of positions in a prompt, including start and end; 77 for every published CLIP.
  package var contextLength: Int
  /// The blocks.
  package var transformer: TransformerConfiguration
  /// ε of the norm after the last block. Keras Hub's differs from that of its blocks.
  package var finalNormEpsilon: Float

  /// Creates a text tower.
  package init(
    vocabularySize: Int, contextLength: Int, transformer: TransformerConfiguration, finalNormEpsilon: Float = 1e-5
  ) {
    self.vocabularySize = vocabularySize
    self.contextLength = contextLength
    self.transformer = transformer
    self.finalNormEpsilon = finalNormEpsilon
  }
}

/// One of the two image towers of CLIP.
package enum ImageTowerConfiguration: Sendable, Equatable {
  case visionTransformer(VisionTransformerConfiguration)
  case modifiedResNet(ModifiedResNetConfiguration)

  /// The size of the input.
  package var inputSize: PixelSize {
    switch self {
    case .visionTransformer(let configuration): configuration.inputSize
    case .modifiedResNet(let configuration): PixelSize(side: configuration.resolution)
    }
  }

  /// The number of bytes of an image in the tower's form, `[3, height, width]` in f32.
  package var inputBytes: Int { 3 * inputSize.count * MemoryLayout<Float>.stride }
}

/// A vision transformer that cuts its input into square patches and is read at a class token.
package struct VisionTransformerConfiguration: Sendable, Equatable {
  /// The size of the input; a square in every published CLIP.
  package var inputSize: PixelSize
  /// The side of a patch in pixels; divides both sides of the input.
  package var patchSize: Int
  /// The blocks.
  package var transformer: TransformerConfiguration

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
}

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

/// A stack of pre-norm residual attention blocks.
package struct TransformerConfiguration: Sendable, Equatable {
  /// The width of the residual stream.
  package var width: Int
  /// The number of blocks.
  package var layers: Int
  /// The number of attention heads, which divides the width.
  package var heads: Int
  /// The width inside the MLP, four times the width in every published CLIP.
  package var mlpWidth: Int
  /// The MLP's activation.
  package var activation: Activation
  /// ε of every norm.
  package var normEpsilon: Float

  /// Creates a transformer; by default with CLIP's heads of 64, an MLP of four widths and ε = 1e-5.
  package init(
    width: Int, layers: Int, heads: Int? = nil, mlpWidth: Int? = nil, activation: Activation = .quickGELU,
    normEpsilon: Float = 1e-5
  ) {
    self.width = width
    self.layers = layers
    self.heads = heads ?? max(width / 64, 1)
    self.mlpWidth = mlpWidth ?? width.multipliedReportingOverflow(by: 4).partialValue
    self.activation = activation
    self.normEpsilon = normEpsilon
  }

  /// The width of one head.
  package var headWidth: Int { width / heads }
}

/// The activation between an MLP's two layers.
package enum Activation: String, Sendable, CaseIterable {
  /// x · sigmoid(1.702 x), in OpenAI's models and models derived from them.
  case quickGELU = "quick_gelu"
  /// x · Φ(x), in most of open_clip's own models.
  case gelu = "gelu"
}
