import PromptLensPrompts

// A test compares each schema with the files that the commands write.

extension DocumentSchema {
  /// All schemas.
  package static let all = [run, result, predictions, context, classifier, array, manifest, golden, embed, inspect]

  /// The members of an object in a schema.
  typealias Members = [(key: String, value: SchemaValue)]

  private static let run = DocumentSchema(
    name: "run", files: "run.json of promptlens train",
    required: document(
      "promptlens-run", [("settings", settings), ("record", .members), ("class_names", .list(.text))]), optional: [])

  private static let result = DocumentSchema(
    name: "result", files: "result.json of promptlens train",
    required: document(
      "promptlens-result",
      [
        ("accuracy", .nullable(.share)), ("zero_shot_accuracy", .nullable(.share)), ("n", .integer), ("ways", .integer),
        ("context_sha256", .sha256), ("settings", settings),
      ]),
    optional: [
      ("correct", .integer), ("mean_per_class_accuracy", .share), ("macro_f1", .share), ("top5_accuracy", .share),
      ("expected_calibration_error", .share), ("negative_log_likelihood", .number), ("epochs_made", .integer),
      ("best_epoch", .integer), ("validation_accuracy", .share), ("skipped_images", .list(.text)),
      ("warnings", .list(.text)),
    ])

  private static let predictions = DocumentSchema(
    name: "predictions", files: "predictions.json of promptlens train",
    required: document(
      "promptlens-predictions",
      [
        ("class_names", .list(.text)), ("template", .text), ("paths", .list(.text)), ("labels", .list(.integer)),
        ("learned", .list(.integer)), ("zero_shot", .list(.integer)),
      ]), optional: [])

  private static let context = DocumentSchema(
    name: "context", files: "a context, as promptlens export --as json writes it",
    required: [("kind", .constant("context")), ("context", .numbers)],
    optional: contextProperties + [("meta_net", .map(.numbers))])

  private static let classifier = DocumentSchema(
    name: "classifier", files: "a classifier, as promptlens classifier --output FILE.json writes it",
    required: classifierDocument, optional: classifierProperties + [("weights", .numbers), ("bias", .numbers)])

  private static let array = DocumentSchema(
    name: "array", files: "NAME.npy.json beside a .npy file of promptlens export or classifier",
    required: document(
      "promptlens-array", [("kind", .choice(["context", "classifier"])), ("array_fingerprint", .sha256)]),
    optional: contextProperties + [("classifier", .object(classifierDocument, optional: classifierProperties))])

  private static let manifest = DocumentSchema(
    name: "manifest", files: "manifest.json of a model folder",
    required: document(
      "promptlens-model",
      [
        ("tool_version", .text), ("architecture", .text), ("published_as", .nullable(.text)),
        ("activation_reason", .text), ("parameter_count", .integer), ("fingerprint", .sha256),
        ("token_embedding_fingerprint", .sha256),
        ("source", .object([("layout", .text), ("files", .list(sourceFile))])),
        ("tensors", .list(tensor)),
      ]),
    optional: [
      ("image_tower", .nullable(.members)), ("preprocessing", .nullable(.members)),
      ("preprocessing_reason", .nullable(.text)),
    ])

  private static let golden = DocumentSchema(
    name: "golden", files: "golden.json of a model folder",
    required: [
      ("format", .constant("promptlens-golden")), ("model_fingerprint", .sha256), ("computed_from", .text),
      ("narrowed_to", .nullable(.choice(["f16", "bf16"]))), ("tolerance", .number),
      ("token_ids", .list(.list(.integer))), ("image_formula", .text), ("text_features", .numbers),
      ("image_features", .numbers),
    ], optional: [])

  private static let embed = DocumentSchema(
    name: "embed", files: "what promptlens embed prints as JSON, or writes with --output FILE.json",
    required: [
      ("texts", .list(.text)), ("text_features", .numbers), ("images", .list(.text)), ("image_features", .numbers),
    ], optional: [])

  private static let inspect = DocumentSchema(
    name: "inspect", files: "what promptlens inspect prints as JSON",
    required: [("kind", .text), ("path", .text), ("facts", .members), ("tensor_count", .integer)],
    optional: [("tensors", .list(inspectedTensor))])

  // MARK: Parts

  private static func document(_ format: String, _ members: Members) -> Members {
    [("format", .constant(format)), ("format_version", .integer)] + members
  }

  private static let sourceFile = SchemaValue.object([("name", .text), ("bytes", .integer), ("sha256", .sha256)])

  private static let tensor = SchemaValue.object(
    [("name", .text), ("shape", .list(.integer)), ("dtype", .choice(["f32", "f16", "bf16"]))])

  private static let inspectedTensor = SchemaValue.object(
    [("name", .text), ("shape", .list(.integer)), ("type", .text), ("bytes", .integer)])

  private static let positions = SchemaValue.choice(ClassPosition.allCases.map(\.rawValue))

  private static let settings = SchemaValue.object(
    [
      ("method", .text), ("loss", .text), ("seed", .integer), ("context_length", .integer),
      ("class_specific", .boolean),
      ("initialization", .text), ("epochs", .integer), ("batch_size", .integer), ("learning_rate", .number),
      ("model_fingerprint", .sha256), ("training_features", .text),
    ],
    optional: [
      ("data", .nullable(.text)), ("shots", .nullable(.integer)), ("views", .integer), ("class_position", positions),
      ("warmup_rate", .number), ("warmup_epochs", .integer), ("momentum", .number), ("weight_decay", .number),
      ("precision", .text), ("test_features", .nullable(.text)),
    ])

  private static let contextProperties: Members = [
    ("class_names", .list(.text)), ("class_position", positions), ("token_embedding_fingerprint", .sha256),
    ("method", .text), ("epoch", .integer),
  ]

  private static let classifierDocument = document(
    "promptlens-classifier",
    [("kind", .text), ("class_names", .list(.text)), ("model_fingerprint", .nullable(.sha256))])

  private static let classifierProperties: Members = [
    ("class_identifiers", .list(.text)), ("scale", .number), ("normalizes", .number), ("class_position", .text),
    ("layout", .constant("open-clip")),
  ]
}
