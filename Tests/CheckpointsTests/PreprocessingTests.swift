import Foundation
import PromptLensCLIP
import PromptLensCheckpoints
import PromptLensImages
import PromptLensJSONDocuments
import PromptLensTensors
import TestSupport
import Testing

@Suite("Preprocessing")
struct PreprocessingTests {
  @Test("pictures are resized, cropped and bordered as by open_clip and transformers, byte for byte")
  func pipelines() throws {
    let cases = try JSONNode(contentsOf: Fixtures.path("preprocessing.json")).array("preprocessings")
    let results = try NumPyArray(path: Fixtures.path("preprocessing.npy")).bytes
    #expect(cases.count == 51)
    for node in cases {
      let preprocessing = try Preprocessing(parsing: node.node("preprocessing"))
      #expect(try Preprocessing(parsing: JSONNode(source: "again", value: preprocessing.json)) == preprocessing)
      let file = try node.string("file")
      let found = preprocessing.picture(of: try ImageDecoder.decode(path: Fixtures.path("images/\(file)")))
      #expect(try [found.height, found.width] == [node.integer("height"), node.integer("width")], "\(file)")
      let start = try node.integer("start")
      #expect(found.bytes == Array(results[start..<start + found.bytes.count]), "\(file), \(preprocessing)")
    }
  }

  @Test("Hugging Face's settings are read in the forms of all versions")
  func huggingFace() throws {
    let size = PixelSize(side: 16)
    func read(_ text: String, name: String = "preprocessor_config.json") throws -> Preprocessing {
      try opened(["\(name)": text]).configuration.preprocessing
    }
    var expected = Preprocessing.openAI(size)
    expected.cropRounding = .down
    #expect(try read(#"{"size": 16, "crop_size": 16, "resample": 3, "do_resize": true}"#) == expected)
    let nested = #"{"image_processor": {"size": {"shortest_edge": 16}, "crop_size": {"height": 16, "width": 16}}}"#
    #expect(try read(nested, name: "processor_config.json") == expected)
    expected.resize = .shortestEdge(16, longest: 40)
    expected.filter = .lanczos
    expected.crop = nil
    expected.rescaleFactor = 1
    #expect(
      try read(
        #"""
        {"size": {"shortest_edge": 16, "longest_edge": 40}, "resample": 1, "do_center_crop": false,
          "do_rescale": false}
        """#) == expected)
    expected = Preprocessing(resize: .exact(size), filter: .box, crop: nil, cropRounding: .down)
    expected.mean = [0.5, 0.5, 0.5]
    expected.rescaleFactor = 1 / 127.5
    #expect(
      try read(
        #"""
        {"size": {"height": 16, "width": 16}, "resample": 4, "do_center_crop": false, "image_mean": 0.5,
          "rescale_factor": 0.00784313725490196}
        """#) == expected)
    expected = Preprocessing(
      resize: .none, crop: size, cropRounding: .down, mean: [0, 0, 0], standardDeviation: [1, 1, 1])
    #expect(
      try read(#"{"do_resize": false, "crop_size": 16, "do_normalize": false, "image_mean": [1, 1, 1]}"#) == expected)
    // A processor's file may be about texts alone.
    #expect(try read(#"{"processor_class": "CLIPProcessor"}"#, name: "processor_config.json") == .openAI(size))
  }

  @Test(
    "settings that would change pixels and aren't known are refused by name",
    arguments: [
      (#"{"size": {"longest_edge": 16}}"#, "size is longest_edge, expected shortest_edge, or height and width"),
      (#"{"size": 16, "resample": 9}"#, "resample is 9, expected Pillow's number of a filter"),
      (#"{"size": 16, "do_pad": true}"#, "do_pad is a boolean, expected false"),
      (#"{"size": 16, "crop_pct": 0.9}"#, "crop_pct is a number, expected no such setting"),
      (#"{"size": 16, "image_mean": [0.5, 0.5]}"#, "mean is [0.5, 0.5], expected three finite numbers"),
      (#"{"size": 16, "image_std": [0, 0, 0]}"#, "expected three positive numbers"),
      (#"{"size": 99999}"#, "the resize is 99999"),
      (#"{"size": 16, "rescale_factor": -1}"#, "the rescale factor is -1.0"),
      (
        #"{"image_processor_type": "ViTImageProcessor", "size": {"height": 16, "width": 16}}"#,
        "the defaults of ViTImage"
      ),
      (
        #"{"image_processor_type": "ViTImageProcessor", "do_resize": true, "size": 16}"#,
        "what a number means to ViTImageProcessor"
      ),
    ])
  func refusals(text: String, expected: String) throws {
    let error = #expect(throws: (any Error).self) { try opened(["preprocessor_config.json": text]) }
    #expect(error.map { "\($0)" }?.contains(expected) == true, "\(error.map { "\($0)" } ?? "")")
    #expect(error.map { "\($0)" }?.contains("preprocessor_config.json") == true)
  }

  @Test("two files that disagree are an error that names both, and either can be chosen")
  func conflict() throws {
    let squash = #"{"size": {"height": 16, "width": 16}, "do_center_crop": false}"#
    let same = #"{"size": 16, "crop_size": 16, "image_mean": [0.5, 0.5, 0.5], "image_std": [0.25, 0.5, 0.5]}"#
    try withFolder("torch/open-clip", ["preprocessor_config.json": squash]) { folder in
      let error = #expect(throws: CheckpointError.self) { try CheckpointDetector.open(folder) }
      let text = error.map { "\($0)" } ?? ""
      #expect(text.contains("open_clip_config.json (shorter side to 16 px"), "\(text)")
      #expect(text.contains("preprocessor_config.json (resized to 16 px") && text.contains("--preprocessing"))
      for (name, resize) in [
        ("preprocessor_config.json", Preprocessing.Resize.exact(PixelSize(side: 16))),
        ("open_clip_config.json", .shortestEdge(16)),
      ] {
        let chosen = try CheckpointDetector.open(folder, preprocessing: name)
        #expect(chosen.configuration.preprocessing.resize == resize && chosen.preprocessingReason.contains(name))
      }
      #expect(throws: (any Error).self) { try CheckpointDetector.open(folder, preprocessing: "none.json") }
    }
    try withFolder("torch/open-clip", ["preprocessor_config.json": same]) { folder in
      let agreeing = try CheckpointDetector.open(folder)
      #expect(agreeing.configuration.preprocessing.cropRounding == .halfToEven)
      #expect(agreeing.preprocessingReason == "preprocess_cfg in open_clip_config.json")
    }
    try withFolder(
      "torch/hugging-face-bin", ["preprocessor_config.json": same, "processor_config.json": squash]
    ) { folder in
      #expect(throws: CheckpointError.self) { try CheckpointDetector.open(folder) }
    }
  }

  @Test("a model folder records the preprocessing, and comes back with it; a folder that doesn't say has OpenAI's")
  func folder() throws {
    let settings =
      #"{"size": {"height": 16, "width": 16}, "do_center_crop": false, "resample": 2, "do_rescale": false}"#
    try withFolder("torch/hugging-face-bin", ["preprocessor_config.json": settings]) { folder in
      let checkpoint = try CheckpointDetector.open(folder)
      let manifest = try ModelFolder.write(checkpoint, dtype: nil, to: "\(folder)/model", toolVersion: "test")
      let model = try ModelFolder.open("\(folder)/model")
      #expect(model.configuration == checkpoint.configuration && manifest.formatVersion == 3)
      #expect(model.manifest.preprocessing == checkpoint.configuration.preprocessing)
      #expect(model.manifest.preprocessingReason == "preprocessor_config.json")
      try model.checkFingerprint()
      let plain = try CheckpointDetector.open(Fixtures.path("torch/hugging-face-bin"))
      let other = try ModelFolder.write(plain, dtype: nil, to: "\(folder)/plain", toolVersion: "test")
      #expect(other.formatVersion == 2 && other.fingerprint != manifest.fingerprint)
      #expect(try ModelFolder.open("\(folder)/plain").configuration.preprocessing == .openAI(PixelSize(side: 16)))
      // Converted again with the other, the choice is recorded.
      let chosen = try CheckpointDetector.open(
        "\(folder)/plain", preprocessing: "\(folder)/preprocessor_config.json")
      #expect(chosen.configuration.preprocessing == checkpoint.configuration.preprocessing)
      // A manifest that says something else than the weights' file is refused.
      let path = "\(folder)/model/manifest.json"
      let text = try String(contentsOfFile: path, encoding: .utf8).replacing("\"bilinear\"", with: "\"bicubic\"")
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      let error = #expect(throws: CheckpointError.self) { try ModelFolder.open("\(folder)/model") }
      #expect(error.map { "\($0)" }?.contains("the preprocessing is different in them") == true)
    }
    try withTemporaryFolder { folder in
      try ModelFolder.writeMiniCLIP(to: "\(folder)/mini")
      let model = try ModelFolder.open("\(folder)/mini")
      #expect(model.manifest.formatVersion == 2 && model.manifest.preprocessing == nil)
      #expect(model.configuration.preprocessing.resizesLikeOpenAI(model.configuration.image.inputSize))
    }
  }

  @Test("exports write the preprocessing, or refuse one that their form lacks")
  func exports() throws {
    func exported(_ settings: [String: String], _ format: ModelExport.Format) throws -> (Preprocessing, [String]) {
      try withFolder("torch/hugging-face-bin", settings) { folder in
        let model = try ModelFolder.written(from: folder, to: "\(folder)/model")
        let report = try ModelExport.write(model, as: format, to: "\(folder)/out", toolVersion: "test")
        let notes = report.notes.filter { !$0.contains("vocabulary") }
        return (try CheckpointDetector.open("\(folder)/out").configuration.preprocessing, notes)
      }
    }
    let squash = [
      "preprocessor_config.json":
        #"{"size": {"height": 16, "width": 16}, "do_center_crop": false, "resample": 2, "rescale_factor": 0.5}"#
    ]
    let (again, notes) = try exported(squash, .huggingFace)
    #expect(again.resize == .exact(PixelSize(side: 16)) && again.filter == .bilinear && again.rescaleFactor == 0.5)
    #expect(notes.isEmpty)
    let (openCLIP, remarks) = try exported(squash, .safeTensors)
    #expect(openCLIP.resize == again.resize && openCLIP.filter == .bilinear && openCLIP.crop == nil)
    #expect(remarks.count == 1 && remarks[0].contains("the rescale factor 0.5 is written into mean and std"))
    // (v · 0.5 − m) / s is the same number either way.
    for value in [Double(0), 100, 255] {
      let left = (value * 0.5 - Double(again.mean[0])) / Double(again.standardDeviation[0])
      let right = (value / 255 - Double(openCLIP.mean[0])) / Double(openCLIP.standardDeviation[0])
      #expect(abs(left - right) < 1e-3)
    }
    let larger = ["preprocessor_config.json": #"{"size": 20, "crop_size": 16}"#]
    #expect(try exported(larger, .huggingFace).0.resize == .shortestEdge(20))
    let error = #expect(throws: ExportError.self) { try exported(larger, .safeTensors) }
    #expect(error.map { "\($0)" }?.contains("shorter side to 20 px") == true)
    // A single file states all of it in its metadata, zeros included.
    let unusual = [
      "preprocessor_config.json":
        #"{"size": {"shortest_edge": 20, "longest_edge": 40}, "crop_size": 16, "resample": 1, "do_normalize": false}"#
    ]
    try withFolder("torch/hugging-face-bin", unusual) { folder in
      let model = try ModelFolder.written(from: folder, to: "\(folder)/model")
      let file = "\(folder)/alone/out.safetensors"
      try FileManager.default.createDirectory(atPath: "\(folder)/alone", withIntermediateDirectories: false)
      let report = try ModelExport.write(model, as: .openAISafeTensors, to: file, toolVersion: "test")
      let checkpoint = try CheckpointDetector.open(file)
      #expect(report.notes.isEmpty && checkpoint.configuration == model.configuration)
      #expect(checkpoint.configuration.preprocessing.mean == [0, 0, 0])
      #expect(checkpoint.preprocessingReason.contains("metadata"))
      let chosen = try CheckpointDetector.open(file, preprocessing: "\(folder)/preprocessor_config.json")
      #expect(chosen.configuration == model.configuration)
      #expect(chosen.preprocessingReason == "preprocessor_config.json")
      let refused = #expect(throws: ExportError.self) {
        try ModelExport.write(model, as: .openAITorch, to: "\(folder)/alone/out.pt", toolVersion: "test")
      }
      #expect(refused.map { "\($0)" }?.contains("image_preprocessing") == true)
    }
    #expect(try exported([:], .huggingFace).1.first?.contains("transformers rounds half pixels") == true)
  }

  /// Opens a small checkpoint of Hugging Face's with files beside it.
  private func opened(_ files: [String: String]) throws -> Checkpoint {
    try withFolder("torch/hugging-face-bin", files) { try CheckpointDetector.open($0) }
  }

  /// Runs a body with a copy of a fixture's folder and further files in it.
  @discardableResult
  private func withFolder<Result>(
    _ fixture: String, _ files: [String: String], _ body: (String) throws -> Result
  ) throws -> Result {
    try withTemporaryFolder { folder in
      let copy = "\(folder)/checkpoint"
      try FileManager.default.copyItem(atPath: Fixtures.path(fixture), toPath: copy)
      for (name, text) in files { try Data(text.utf8).write(to: URL(fileURLWithPath: "\(copy)/\(name)")) }
      return try body(copy)
    }
  }
}

extension ModelFolder {
  fileprivate static func written(from source: String, to path: String) throws -> ModelFolder {
    try write(CheckpointDetector.open(source), dtype: nil, to: path, toolVersion: "test")
    return try open(path)
  }
}

/// Checkpoints of open_clip 3.3.0 and transformers 5.24.0 with every preprocessing, and what they computed.
@Suite("Preprocessing by other software", .enabled(if: Shared.available))
struct SharedPreprocessingTests {
  private static let root = Shared.path("fixtures/families/preprocessing")
  private static let variants = (try? FileManager.default.contentsOfDirectory(atPath: root).sorted()) ?? []

  @Test("pixels are equal byte for byte, and features to 1e-4, after a conversion too", arguments: variants)
  func variant(name: String) throws {
    let folder = "\(Self.root)/\(name)"
    let checkpoint = try CheckpointDetector.open(folder)
    let configuration = checkpoint.configuration
    let expected = try JSONNode(contentsOf: "\(folder)/expected.json")
    let images = try expected.array("images").map { try $0.string() }
    #expect(images.count == 7)
    for image in images {
      let picture = try ImageDecoder.decode(path: Shared.path("fixtures/images/\(image)"))
      let pixels = try NumPyArray(path: "\(folder)/pixels-u8/\(image).npy")
      let found = configuration.preprocessing.picture(of: picture)
      #expect([found.height, found.width, 3] == pixels.shape, "\(image)")
      #expect(found.bytes == pixels.bytes, "\(image)")
    }
    if FileManager.default.fileExists(atPath: "\(folder)/preprocessed.npy") {
      let numbers = try NumPyArray(path: "\(folder)/preprocessed.npy").floats
      let picture = try ImageDecoder.decode(path: Shared.path("fixtures/images/rgb-wide.png"))
      let transform = try EvaluationTransform(configuration.preprocessing, inputSize: configuration.image.inputSize)
      #expect(try transform.apply(to: picture) == numbers)
    }

    try withTemporaryFolder { output in
      let model = try ModelFolder.written(from: folder, to: "\(output)/model")
      let clip = try CLIPModel(configuration: model.configuration, source: model.source)
      let verification = try FeatureVerification(
        FeatureExpectation(contentsOf: "\(folder)/expected.json"), clip: clip,
        texts: { _ in throw CLIPError.notCLIP(source: name, reason: "the texts are given as ids") },
        pictures: { paths in
          let transform = try EvaluationTransform(
            model.configuration.preprocessing, inputSize: model.configuration.image.inputSize)
          let size = model.configuration.image.inputSize
          let floats = try paths.flatMap { try transform.apply(to: ImageDecoder.decode(path: $0)) }
          return try clip.imageEncoder().encode(
            Tensor(floats, shape: [paths.count, 3, size.height, size.width], name: "pictures"))
        })
      #expect(verification.differences.contains { $0.kind == "text" })
      for (kind, difference) in verification.differences { #expect(difference.largest < 1e-4, "\(kind)") }
    }
  }

  @Test("a preprocessing whose output is not the tower's input is refused when pictures are read")
  func nonsquare() throws {
    let configuration = try CheckpointDetector.open("\(Self.root)/hf-crop-nonsquare").configuration
    let error = #expect(throws: ImageError.self) {
      try EvaluationTransform(configuration.preprocessing, inputSize: configuration.image.inputSize)
    }
    #expect(error.map { "\($0)" }?.contains("is 40 x 24 px, expected 32 px, the image tower's input") == true)
  }
}
