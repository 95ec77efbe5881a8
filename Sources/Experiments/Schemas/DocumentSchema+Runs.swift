// Files of runs, classifiers and models.

extension DocumentSchema {
  static let run = DocumentSchema(
    name: "run", files: "run.json of promptlens train",
    required: document(
      "promptlens-run",
      [
        ("settings", settings),
        (
          "record",
          .object(
            [
              ("tool_version", .text), ("library_versions", .map(.text)), ("model", .text),
              ("token_embedding_fingerprint", .sha256), ("template", .nullable(.text)), ("images", .list(.text)),
              ("labels", .list(.integer)),
            ],
            optional: [
              ("image_sha256", .list(.sha256)), ("templates", .integer),
              (
                "strategy_constants",
                .object([
                  ("transport_budget", .number), ("transport_cost", .text), ("transport_regularization", .number),
                  ("transport_iterations", .integer), ("transport_passes", .integer),
                ])
              ),
              (
                "shots_used",
                .object([
                  ("fewest", .integer), ("most", .integer), ("images", .integer), ("short_classes", .integer),
                ])
              ),
            ])
        ), ("class_names", .list(.text)),
      ]))

  static let result = DocumentSchema(
    name: "result", files: "result.json of promptlens train",
    required: document(
      "promptlens-result",
      joined(metrics, [("zero_shot_accuracy", .nullable(.share)), ("context_sha256", .sha256), ("settings", settings)])),
    optional: joined(runMeasures, remarks, warnings))

  static let log = DocumentSchema(
    name: "log", files: "a line of log.jsonl of promptlens train",
    required: [
      ("format_version", .integer), ("epoch", .integer), ("steps", .integer), ("loss", .number), ("accuracy", .share),
      ("learning_rate", .number), ("seconds_per_step", .number),
    ], optional: [("validation_accuracy", .share)])

  static let predictions = DocumentSchema(
    name: "predictions", files: "predictions.json of promptlens train",
    required: document(
      "promptlens-predictions",
      [
        ("class_names", .list(.text)), ("template", .nullable(.text)), ("paths", .list(.text)),
        ("labels", .list(.integer)), ("learned", .list(.integer)), ("zero_shot", .list(.integer)),
      ]))

  static let context = DocumentSchema(
    name: "context", files: "a context, as promptlens export --as json writes it",
    required: [("kind", .constant("context")), ("context", .numbers)],
    optional: joined(contextProperties, [("meta_net", .map(.numbers))]))

  // Each kind has arrays and settings of its own.
  static let classifier = DocumentSchema(
    name: "classifier", files: "a classifier, as promptlens classifier --output FILE.json writes it",
    value: .open(
      classifierDocument, optional: joined(classifierProperties, [("weights", .numbers), ("bias", .numbers)])))

  static let array = DocumentSchema(
    name: "array", files: "NAME.npy.json beside a .npy file of promptlens export or classifier",
    required: document(
      "promptlens-array", [("kind", .choice(["context", "classifier"])), ("array_fingerprint", .sha256)]),
    optional: joined(contextProperties, [("classifier", .open(classifierDocument, optional: classifierProperties))]))

  static let manifest = DocumentSchema(
    name: "manifest", files: "manifest.json of a model folder",
    required: document(
      "promptlens-model",
      [
        ("tool_version", .text), ("architecture", .text), ("published_as", .nullable(.text)),
        ("activation_reason", .text), ("parameter_count", .integer), ("fingerprint", .sha256),
        ("token_embedding_fingerprint", .sha256),
        (
          "source",
          .object([
            ("layout", .text),
            ("files", .list(sourceFile)),
          ])
        ),
        (
          "tensors",
          .list(
            .object([("name", .text), ("shape", .list(.integer)), ("dtype", .choice(["f32", "f16", "bf16"]))]))
        ),
      ]),
    optional: [
      ("image_tower", .nullable(.members)), ("preprocessing", .nullable(preprocessing)),
      ("preprocessing_reason", .nullable(.text)), ("files", .list(sourceFile)), ("digest", .sha256),
    ])

  static let golden = DocumentSchema(
    name: "golden", files: "golden.json of a model folder",
    required: [
      ("format", .constant("promptlens-golden")), ("model_fingerprint", .sha256), ("computed_from", .text),
      ("narrowed_to", .nullable(.choice(["f16", "bf16"]))), ("tolerance", .number),
      ("token_ids", .list(.list(.integer))), ("image_formula", .text), ("text_features", .numbers),
      ("image_features", .numbers),
    ])

  // MARK: Parts

  private static let sourceFile = SchemaValue.object([("name", .text), ("bytes", .integer), ("sha256", .sha256)])

  static let runMeasures: Members = [
    ("correct", .integer), ("mean_per_class_accuracy", .share), ("macro_f1", .share), ("top5_accuracy", .share),
    ("expected_calibration_error", .share), ("negative_log_likelihood", .number), ("epochs_made", .integer),
    ("best_epoch", .integer), ("validation_accuracy", .share), ("steps", .integer), ("collapsed", .boolean),
  ]

  private static let contextProperties: Members = [
    ("class_names", .list(.text)), ("class_position", positions), ("token_embedding_fingerprint", .sha256),
    ("method", .text), ("epoch", .integer),
  ]

  private static let classifierDocument = document(
    "promptlens-classifier",
    [("kind", .text), ("class_names", .list(.text)), ("model_fingerprint", .nullable(.sha256))])

  private static let classifierProperties: Members = [
    ("class_identifiers", .list(.text)), ("scale", .number), ("normalizes", .boolean), ("class_position", .text),
    ("unknown_score", .text), ("unknown_threshold", .number),
    ("layout", .constant("open-clip")),
  ]
}
