import PromptLensTensorFiles
import PromptLensCLIP
import PromptLensCheckpoints
import PromptLensImages
import Foundation
import PromptLensTensors
import TestSupport
import Testing

/// Expects two sources to hold the same numbers under the same names.
func expectSameTensors(
  _ left: any TensorSource, _ right: any TensorSource, of configuration: CLIPConfiguration,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  for (name, shape) in configuration.tensors {
    let first = try left.tensor(name)
    let second = try right.tensor(name)
    #expect(
      first.shape.dimensions == shape && second.shape.dimensions == shape, "\(name)", sourceLocation: sourceLocation)
    #expect(first.floats() == second.floats(), "\(name)", sourceLocation: sourceLocation)
  }
}

@Suite("Layouts of published checkpoints", .enabled(if: Shared.available))
struct LayoutTests {
  @Test("Hugging Face's TensorFlow file and Keras Hub's presets of one CLIP hold the same tensors, bit for bit")
  func sameNumbers() throws {
    let huggingFace = try CheckpointDetector.open(Shared.path("fixtures/hf-tf-h5/vit-m"))
    #expect(huggingFace.layout == .huggingFaceTensorFlow)
    #expect(huggingFace.report.found == 78 && huggingFace.report.mapped == 78 && huggingFace.report.leftOver.isEmpty)
    #expect(huggingFace.vocabulary == nil)
    for preset in ["vit-m-preset", "vit-m-preset-keras3.6"] {
      let keras = try CheckpointDetector.open(Shared.path("fixtures/keras-hub/\(preset)"))
      #expect(keras.layout == .kerasHub)
      #expect(keras.report.found == 79 && keras.report.mapped == 78 && keras.report.leftOver.isEmpty)
      #expect(keras.report.ignored == ["layers/clip_vision_encoder/layers/clip_vision_embedding/vars/1"])
      #expect(keras.configuration.text.finalNormEpsilon == 1e-6)
      #expect(keras.configuration.preprocessing == .openAI(keras.configuration.image.inputSize))
      var expected = huggingFace.configuration
      expected.text.finalNormEpsilon = 1e-6
      #expect(keras.configuration == expected)
      guard case .vocabularyAndMerges = keras.vocabulary else {
        Issue.record("the preset's vocabulary was not found")
        return
      }
      try expectSameTensors(huggingFace.source, keras.source, of: huggingFace.configuration)
    }
  }

  @Test("twelve layers are read in the order of their numbers, in float16")
  func deep() throws {
    let keras = try CheckpointDetector.open(Shared.path("fixtures/keras-hub/vit-deep-preset-float16"))
    #expect(keras.report.found == 399 && keras.report.mapped == 398)
    #expect(keras.configuration.text.transformer.layers == 12)
    let tensor = try keras.source.tensor("transformer.resblocks.10.mlp.c_fc.weight")
    #expect(tensor.dtype == .float16)
    let file = try HDF5File(path: Shared.path("fixtures/keras-hub/vit-deep-preset-float16/model.weights.h5"))
    let stored = try file.tensor("layers/clip_text_encoder/layers/clip_encoder_layer_10/dense_1/vars/0")
    #expect(try tensor.transposed().floats() == stored.floats())
  }

  @Test("mini-clip-rn is a ModifiedResNet whose f16 weights are mapped as they are")
  func miniature() throws {
    let checkpoint = try CheckpointDetector.open(Shared.path("models/mini-clip-rn"))
    #expect(checkpoint.layout == .openAIHDF5)
    #expect(checkpoint.configuration.image.inputSize == PixelSize(side: 64))
    #expect(checkpoint.configuration.text.transformer.layers == 4)
    #expect(checkpoint.activationReason == "the file's attribute activation")
    #expect(checkpoint.report.leftOver.isEmpty)
    let projection = try checkpoint.source.tensor("text_projection")
    #expect(projection.dtype == .float16 && projection.storage.isMapped)
    #expect(try checkpoint.source.tensor("logit_scale").shape.dimensions == [])
  }
}

@Suite("One CLIP in the formats of all its writers", .enabled(if: Shared.available))
struct SameNumbersTests {
  @Test(
    "all formats of one architecture hold the same numbers",
    arguments: [
      (
        "hf-tf-h5/vit-m",
        [
          "openai-jit/vit-m.jit.pt", "openai-torch1.13/vit-m.state_dict.fp16.legacy.pt",
          "openclip/vit-m-quickgelu-bin-fp16", "openclip/vit-m-gelu-safetensors-fp16",
          "hf/vit-m-transformers4.28-bin", "hf/vit-m-transformers4.49-safetensors-fp32",
          "hf/vit-m-transformers5-sharded-fp16",
        ]
      ),
      (
        "openai-jit/rn-s.jit.pt",
        [
          "openai-jit/rn-s.state_dict.mixed.pt", "openai-torch1.13/rn-s.jit.pt",
          "openai-torch1.13/rn-s.state_dict.fp16.cuda0.pt", "openclip/rn-s-train-epoch_3.pt",
        ]
      ),
      ("bad/_valid/tf-h5-vit-xs", ["bad/_valid/hf-vit-xs"]),
    ])
  func equal(first: String, others: [String]) throws {
    let reference = try CheckpointDetector.open(Shared.path("fixtures/\(first)"))
    for other in others {
      let checkpoint = try CheckpointDetector.open(Shared.path("fixtures/\(other)"))
      var configuration = checkpoint.configuration
      configuration.text.transformer.activation = reference.configuration.text.transformer.activation
      configuration.image = reference.configuration.image
      // transformers' files say how it rounds.
      configuration.preprocessing.cropRounding = reference.configuration.preprocessing.cropRounding
      #expect(configuration == reference.configuration, "\(other)")
      #expect(checkpoint.report.leftOver.isEmpty, "\(other): \(checkpoint.report.leftOver)")
      try expectSameTensors(reference.source, checkpoint.source, of: reference.configuration)
    }
  }

  @Test("bf16 holds the numbers rounded to eight bits")
  func rounded() throws {
    let exact = try CheckpointDetector.open(Shared.path("fixtures/hf-tf-h5/vit-m"))
    let rounded = try CheckpointDetector.open(
      Shared.path("fixtures/openclip/vit-m-quickgelu-customtext-safetensors-bf16"))
    #expect(rounded.configuration == exact.configuration)
    for (name, _) in exact.configuration.tensors {
      let expected = try exact.source.tensor(name).converted(to: .bfloat16).floats()
      #expect(try rounded.source.tensor(name).floats() == expected, "\(name)")
    }
  }

  @Test(
    "each file's layout and activation are found, with the reason",
    arguments: [
      ("openai-jit/vit-m.jit.pt", CheckpointLayout.openAITorchScript, Activation.quickGELU, "QuickGELU"),
      ("openai-jit/rn-s.state_dict.mixed.pt", .openAIStateDict, .quickGELU, "does not say"),
      ("openai-torch1.13/vit-m.state_dict.fp16.legacy.pt", .openAIStateDict, .quickGELU, "does not say"),
      ("openclip/rn-s-train-epoch_3.pt", .openAIStateDict, .quickGELU, "does not say"),
      ("openclip/vit-m-quickgelu-bin-fp16", .openCLIP, .quickGELU, "quick_gelu in open_clip_config.json"),
      ("openclip/vit-m-gelu-safetensors-fp16", .openCLIP, .gelu, "GELU"),
      ("openclip/vit-m-quickgelu-customtext-safetensors-bf16", .openCLIP, .quickGELU, "quick_gelu"),
      ("hf/vit-m-transformers4.28-bin", .huggingFace, .quickGELU, "hidden_act"),
      ("hf/vit-m-transformers4.49-safetensors-fp32", .huggingFace, .quickGELU, "default"),
      ("hf/vit-m-transformers5-sharded-fp16", .huggingFace, .quickGELU, "hidden_act"),
    ])
  func activation(path: String, layout: CheckpointLayout, activation: Activation, reason: String) throws {
    let checkpoint = try CheckpointDetector.open(Shared.path("fixtures/\(path)"))
    #expect(checkpoint.layout == layout)
    #expect(checkpoint.configuration.text.transformer.activation == activation)
    #expect(checkpoint.activationReason.contains(reason), "\(checkpoint.activationReason)")
    let other = activation == .gelu ? Activation.quickGELU : .gelu
    let asked = try CheckpointDetector.open(Shared.path("fixtures/\(path)"), activation: other)
    #expect(asked.configuration.text.transformer.activation == other)
    #expect(asked.activationReason.contains("asked for"))
  }
}

@Suite("Damaged checkpoints of known layouts", .enabled(if: Shared.available))
struct DamagedLayoutTests {
  @Test(
    "a TensorFlow file is read, or rejected in one sentence that names it", arguments: BadFile.all(in: "tf-h5-model"))
  func tensorFlow(file: BadFile) throws {
    try check(file, configuration: "tf-h5-vit-xs")
  }

  @Test(
    "a Keras Hub file is read, or rejected in one sentence that names it", arguments: BadFile.all(in: "keras-hub-model")
  )
  func keras(file: BadFile) throws {
    try check(file, configuration: "keras-hub-vit-xs")
  }

  private func check(_ file: BadFile, configuration: String) throws {
    let config = Shared.path("fixtures/bad/_valid/\(configuration)/config.json")
    let outcome = Result {
      let checkpoint = try CheckpointDetector.open(file.location, configurationPath: config)
      for name in checkpoint.source.names { _ = try checkpoint.source.tensor(name) }
    }
    switch outcome {
    case .success: #expect(file.expect != "refuse", "\(file) was read")
    case .failure(let error):
      #expect(file.expect != "accept", "\(file) was refused: \(error)")
      #expect("\(error)".contains(file.location) && !"\(error)".contains("\n"), "\(error)")
    }
  }

  @Test("a config.json is read, or rejected in one sentence that names it", arguments: BadFile.all(in: "hf-config"))
  func configuration(file: BadFile) throws {
    let outcome = Result {
      try CheckpointDetector.open(
        Shared.path("fixtures/bad/_valid/tf-h5-vit-xs/tf_model.h5"), configurationPath: file.location)
    }
    switch outcome {
    case .success: #expect(file.expect != "refuse", "\(file) was read")
    case .failure(let error):
      #expect(file.expect != "accept", "\(file) was refused: \(error)")
      #expect(!"\(error)".contains("\n"), "\(error)")
    }
  }
}
