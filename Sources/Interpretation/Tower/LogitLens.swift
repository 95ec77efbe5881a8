import PromptLensCLIP
import PromptLensTensors

/// The accuracy of each layer's end states, read as if the text tower ended there: the depth at which the classes come
/// apart.
///
/// Raw, a layer's end states go through the final norm and the projection. That assumes that early layers represent
/// classes as the last layer does, which CLIP's don't; so an affine translator of each layer's states to the last one's
/// is fitted, too (``RidgeTranslator``), on other prompts than the classes' and without any image.
///
/// Sources: nostalgebraist, "interpreting GPT: the logit lens" (2020); Belrose et al., "Eliciting Latent Predictions
/// from Transformers with the Tuned Lens" (2023).
package struct LogitLens: Sendable, Equatable {
  /// The reading of a layer's end states.
  package struct Layer: Sendable, Equatable {
    /// The number of layers before this reading; 0 for the tower's input.
    package let depth: Int
    /// The accuracy through the final norm and the projection.
    package let accuracy: Double
    /// The mean cosine of the classes' features read here with the tower's own.
    package let cosine: Double
    /// The accuracy of translated states; `nil` without a translator.
    package let translatedAccuracy: Double?
    /// The mean cosine of the features of translated states with the tower's own.
    package let translatedCosine: Double?
    /// The share of variance that the translator explains on prompts that it wasn't fitted to.
    package let explained: Double?
  }

  /// The readings, from the tower's input to its last layer.
  package let layers: [Layer]

  /// The period of the translators' prompts that are held out to measure the fit.
  private static let heldOut = 5

  /// Reads every layer.
  ///
  /// - Parameters:
  ///   - encoder: the text tower.
  ///   - prompts: the classes' prompts.
  ///   - context: the context matrix.
  ///   - images: the images to classify.
  ///   - translatorPrompts: prompts to fit translators on, best a few times as many as a state has numbers; empty for
  ///     none.
  ///   - translatorContext: their context matrix.
  /// - Throws: The tower's errors, and those of classifying.
  package init(
    encoder: TextEncoder, prompts: [[PromptElement]], context: [Float], images: ImageScorer,
    translatorPrompts: [[PromptElement]] = [], translatorContext: [Float] = []
  ) throws {
    let states = try EndStates(encoder: encoder, prompts: prompts, context: context)
    let others = try EndStates(encoder: encoder, prompts: translatorPrompts, context: translatorContext)
    let final = try encoder.unitFeatures(ofStates: states.layers.last ?? [])
    let translations = try Parallel.map(others.count < 2 * Self.heldOut ? 0 : states.layers.count) { depth in
      others.translation(from: depth, of: states.layers[depth], holdingOut: Self.heldOut)
    }
    layers = try states.layers.enumerated().map { depth, layer in
      let translation = translations.isEmpty ? nil : translations[depth]
      func read(_ states: [Float]) throws -> (accuracy: Double, cosine: Double) {
        let features = try encoder.unitFeatures(ofStates: states)
        let accuracy = try withExtendedLifetime(features) {
          try images.accuracy(classFeatures: features.pointer, classes: prompts.count)
        }
        return (accuracy, features.meanCosine(with: final, rows: prompts.count))
      }
      let raw = try read(layer)
      let translated = try translation.map { try read($0.states) }
      return Layer(
        depth: depth, accuracy: raw.accuracy, cosine: raw.cosine, translatedAccuracy: translated?.accuracy,
        translatedCosine: translated?.cosine, explained: translation?.explained)
    }
  }
}

extension EndStates {
  /// Fits a translator from a layer to the last one, and translates other states of that layer.
  fileprivate func translation(
    from depth: Int, of states: [Float], holdingOut period: Int
  ) -> (states: [Float], explained: Double?) {
    func rows(_ layer: [Float], isHeldOut: Bool) -> [Float] {
      (0..<count).filter { ($0 % period == 0) == isHeldOut }.flatMap { layer[$0 * width..<($0 + 1) * width] }
    }
    let target = layers[layers.count - 1]
    let translator = RidgeTranslator(
      from: rows(layers[depth], isHeldOut: false), to: rows(target, isHeldOut: false), width: width)
    let explained = translator.explained(
      from: rows(layers[depth], isHeldOut: true), to: rows(target, isHeldOut: true))
    return (translator.translate(states), explained)
  }
}

extension TextEncoder {
  /// Returns the features of end states, unit rows.
  fileprivate func unitFeatures(ofStates states: [Float]) throws -> FloatBuffer {
    let features = try features(ofStates: states)
    features.normalizeRows(width: embedDimension)
    return features
  }
}

extension FloatBuffer {
  /// Returns the mean inner product of rows with those of another buffer.
  fileprivate func meanCosine(with other: FloatBuffer, rows: Int) -> Double {
    let sum = zip(elements, other.elements).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    return sum / Double(max(rows, 1))
  }
}
