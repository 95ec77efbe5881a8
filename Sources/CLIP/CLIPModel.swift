import Foundation
import Synchronization
import PromptLensCMemory
import PromptLensTensors

/// A CLIP model: two towers, and the scale of their cosines.
///
/// Opening a model only checks names and shapes; each tower is built at its first use.
package final class CLIPModel: Sendable {
  /// The architecture.
  package let configuration: CLIPConfiguration
  /// The factor of cosines before the softmax, `exp(logit_scale)`; 100 for OpenAI's models.
  package let logitScale: Float
  /// The number that is added to scaled cosines before a sigmoid; nil for models that don't use sigmoid scores.
  package let logitBias: Float?
  private let source: any TensorSource
  private let precision: ComputePrecision
  /// The prompts of the image tower by their block; empty for the plain tower.
  private let imagePrompts: [Int: [Float]]
  private let textTower = Mutex<TextEncoder?>(nil)
  private let imageTower = Mutex<ImageEncoder?>(nil)

  /// Creates a model over named tensors.
  ///
  /// - Parameters:
  ///   - configuration: the architecture.
  ///   - source: tensors named as in OpenAI's state dict.
  ///   - precision: the arithmetic of the products.
  /// - Throws: ``CLIPError`` when a tensor is missing or has the wrong shape or the scale isn't a number.
  package init(
    configuration: CLIPConfiguration, source: any TensorSource, precision: ComputePrecision = .float32
  ) throws {
    try configuration.validate(source: source.origin)
    try configuration.checkTensors(of: source)
    let logarithm = try source.tensor("logit_scale").floats()[0]
    logitScale = exp(logarithm)
    guard logitScale.isFinite, logitScale > 0 else {
      throw CLIPError.badConfiguration(
        source: source.origin, setting: "logit_scale", expected: "the logarithm of a temperature, 4.6 in most CLIPs",
        found: "\(logarithm)")
    }
    logitBias = try configuration.hasLogitBias ? source.tensor("logit_bias").floats()[0] : nil
    if let logitBias, !logitBias.isFinite {
      throw CLIPError.badConfiguration(
        source: source.origin, setting: "logit_bias", expected: "a number, about -10 in most SigLIPs",
        found: "\(logitBias)")
    }
    self.configuration = configuration
    self.source = source
    self.precision = precision
    imagePrompts = [:]
  }

  /// Creates a model with prompt tokens in the image tower of another.
  ///
  /// - Parameters:
  ///   - model: the plain model.
  ///   - imagePrompts: the prompts of each block that has some, `[tokens, width]`, by the block's index.
  package init(_ model: CLIPModel, imagePrompts: [Int: [Float]]) {
    configuration = model.configuration
    logitScale = model.logitScale
    logitBias = model.logitBias
    source = model.source
    precision = model.precision
    self.imagePrompts = imagePrompts
  }

  /// Returns the text tower, which is built on its first use.
  package func textEncoder() throws -> TextEncoder {
    try textTower.withLock { tower in
      if let tower { return tower }
      let built = try TextEncoder(configuration: configuration, source: source, precision: precision)
      tower = built
      return built
    }
  }

  /// Returns the image tower, which is built on its first use.
  ///
  /// - Throws: the source's errors; ``CLIPError/noImagePrompts(tower:)`` or ``CLIPError/badImagePrompts(reason:)`` when the
  ///   model has prompts that the tower doesn't take.
  package func imageEncoder() throws -> ImageEncoder {
    try imageTower.withLock { tower in
      if let tower { return tower }
      let built = try makeImageEncoder(.kept)
      tower = built
      return built
    }
  }

  /// Returns an image tower for passes in both directions, which the model doesn't keep: its weights are in memory once.
  ///
  /// - Throws: as ``imageEncoder()``.
  package func imageEncoderOfPasses() throws -> ImageEncoder { try makeImageEncoder(.keptOnce) }

  private func makeImageEncoder(_ memory: WeightMemory) throws -> ImageEncoder {
    let plain = try ImageEncoder(configuration: configuration, source: source, precision: precision, memory: memory)
    return imagePrompts.isEmpty ? plain : try ImageEncoder(plain, prompts: imagePrompts)
  }

  /// Releases the image tower's packed weights; they are packed again when the tower is used again.
  package func releaseImageEncoder() {
    imageTower.withLock { $0 = nil }
    cmemory_trim()
  }

  /// Releases the text tower's packed weights and its token embedding; they are read again when the tower is used again.
  package func releaseTextEncoder() {
    textTower.withLock {
      $0?.releaseTokenEmbedding()
      $0 = nil
    }
    cmemory_trim()
  }

  /// Returns the token embedding, `[vocabulary, width]`.
  package func tokenEmbedding() throws -> Tensor { try source.tensor("token_embedding.weight") }
}

extension CLIPConfiguration {
  /// Checks that a source contains every tensor of this architecture with its shape. Extra tensors are ignored.
  ///
  /// - Throws: ``CLIPError/missingTensor(source:name:)`` or ``CLIPError/wrongShape(source:name:expected:found:)``.
  package func checkTensors(of source: any TensorSource) throws {
    let names = Set(source.names)
    for (name, expected) in tensors {
      guard names.contains(name) else { throw CLIPError.missingTensor(source: source.origin, name: name) }
      let found = try source.description(of: name).shape.dimensions
      guard found == expected else {
        throw CLIPError.wrongShape(source: source.origin, name: name, expected: expected, found: found)
      }
    }
  }
}
