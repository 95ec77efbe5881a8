// The documents that commands print with `--format json`.

extension DocumentSchema {
  static let convert = DocumentSchema(
    name: "convert", files: "what promptlens convert prints as JSON",
    required: [
      ("source", .text), ("sha256", .text), ("layout", .text), ("architecture", .text), ("activation", .text),
      ("activation_reason", .text), ("preprocessing", preprocessing), ("preprocessing_reason", .text),
      ("state_dicts", .list(.text)), ("other_weights", .list(.text)), ("published_as", .nullable(.text)),
      ("vocabulary", .nullable(.integer)), ("vocabulary_origin", .nullable(.text)), ("tensors_found", .integer),
      ("tensors_mapped", .integer), ("tensors_left_over", .list(.text)), ("tensors_without_weights", .list(.text)),
      ("parameters", .integer), ("output", .text), ("fingerprint", .sha256), ("features", .list(featureCheck)),
    ])

  static let convertList = DocumentSchema(
    name: "convert-list", files: "what promptlens convert --list prints as JSON",
    value: .list(
      .object([
        ("family", .text), ("name", .text), ("site", .text), ("architecture", .text), ("weights", .integer),
        ("bytes", .integer), ("url", .text), ("sha256", .nullable(.sha256)), ("checked", .nullable(.text)),
      ])))

  static let export = DocumentSchema(
    name: "export", files: "what promptlens export prints as JSON, of a model, a context or a classifier",
    value: .either([
      .object([
        ("model", .text), ("form", .text), ("output", .text), ("files", .list(.text)), ("tensors", .integer),
        ("notes", .list(.text)), ("largest_difference", .nullable(.number)),
      ]), .object([("context", .text), ("form", .text), ("output", .text), ("shape", .list(.integer))]),
      .object([
        ("classifier", .text), ("form", .text), ("output", .text), ("files", .list(.text)), ("classes", .list(.text)),
      ]),
    ]))

  // The facts are those of the file's kind; attributes, metadata and entries have the file's own names.
  static let inspect = DocumentSchema(
    name: "inspect", files: "what promptlens inspect prints as JSON",
    required: [("kind", .text), ("path", .text), ("facts", .members), ("tensor_count", .integer)],
    optional: [
      (
        "tensors",
        .list(
          .object([("name", .text), ("shape", .list(.integer)), ("type", .text), ("bytes", .integer)]))
      )
    ])

  static let verify = DocumentSchema(
    name: "verify", files: "what promptlens verify prints as JSON of a model",
    required: [
      ("model", .text), ("agrees", .boolean), ("fingerprint", .sha256), ("checks", .list(featureCheck)),
    ])

  static let verifyPublished = DocumentSchema(
    name: "verify-published", files: "what promptlens verify --published prints as JSON",
    required: [
      ("model", .text), ("published", .text), ("agrees", .boolean), ("fingerprint", .sha256),
      (
        "checks",
        .list(
          .object([
            ("check", .text), ("source", .text), ("largest_difference", .number), ("tolerance", .number),
            ("agrees", .boolean),
          ]))
      ), ("notes", .list(.text)),
    ])

  static let verifyPrompt = DocumentSchema(
    name: "verify-prompt", files: "what promptlens verify --context prints as JSON",
    required: [("text_features", .number), ("logits", .number), ("tolerance", .number)],
    optional: [("loss", .number), ("gradient", .number)])

  static let tokenize = DocumentSchema(
    name: "tokenize", files: "what promptlens tokenize prints as JSON: the ids of each text, or with --ids the text",
    value: .either([.list(.list(.integer)), .text]))

  static let embed = DocumentSchema(
    name: "embed", files: "what promptlens embed prints as JSON, or writes with --output FILE.json",
    required: [
      ("texts", .list(.text)), ("text_features", .numbers), ("images", .list(.text)), ("image_features", .numbers),
    ], optional: remarks)

  static let zeroShot = DocumentSchema(
    name: "zero-shot", files: "what promptlens zero-shot prints as JSON",
    required: joined(
      [
        ("data", .text), ("split", .nullable(.text)), ("templates", .list(.text)),
        ("model_fingerprint", .nullable(.sha256)),
      ], metrics,
      remarks,
      [
        (
          "most_confused",
          .list(.object([("class", .text), ("predicted", .text), ("count", .integer)]))
        )
      ]),
    optional: joined(
      moreMetrics,
      [
        ("scores", .text), ("mean_average_precision", .share), ("label_precision", .nullable(.share)),
        ("label_recall", .share), ("labels_per_image", .number), ("binary_negative_log_likelihood", .number),
        ("images_without_labels", .integer),
        (
          "labels",
          .list(
            .object([
              ("name", .text), ("n", .integer), ("average_precision", .nullable(.share)),
              ("own_probability", .nullable(.share)), ("other_probability", .nullable(.share)),
            ]))
        ),
      ]))

  static let templates = DocumentSchema(
    name: "templates", files: "what promptlens templates prints as JSON",
    required: [
      ("data", .text), ("n", .integer), ("class_count", .integer), ("model_fingerprint", .sha256),
      ("best", .text),
      ("best_accuracy", .share), ("reference", .text), ("reference_accuracy", .share), ("lowest_accuracy", .share),
      ("mean_accuracy", .share), ("accuracy_deviation", .nullable(.number)), ("ensemble_accuracy", .share),
      ("difference", .number), ("difference_interval", .list(.number)), ("corrected_interval", .list(.number)),
      ("bootstrap_p", .share),
      ("bootstrap_draws", .integer), ("mcnemar_only_reference", .integer), ("mcnemar_only_best", .integer),
      ("mcnemar_exact_p", .share), ("mcnemar_corrected_p", .share), ("bonferroni_p", .share),
      (
        "templates",
        .list(
          .object([
            ("template", .text), ("accuracy", .share), ("correct", .integer), ("mean_per_class_accuracy", .share),
            ("mcnemar_p", .share),
          ]))
      ),
      (
        "classes",
        .list(
          .object([
            ("name", .text), ("lowest", .share), ("highest", .share), ("reference", .share), ("best", .share),
          ]))
      ),
    ], optional: remarks)

  static let evaluate = DocumentSchema(
    name: "evaluate", files: "what promptlens evaluate prints as JSON, of a prompt or of a classifier",
    required: joined(
      [("data", .text), ("model_fingerprint", .nullable(.sha256))], metrics, remarks),
    optional: joined(
      moreMetrics, warnings,
      [
        ("prompt", .text), ("class_position", positions), ("context_sha256", .sha256), ("classifier", .text),
        ("classes_left_out", .list(.text)), ("repeated_training_images", .integer),
      ]))

  static let predict = DocumentSchema(
    name: "predict", files: "what promptlens predict prints as JSON",
    value: .list(
      .object(
        [
          ("image", .text),
          (
            "classes",
            .list(.object([("name", .text), ("label", .integer), ("probability", .share)]))
          ),
        ],
        optional: [
          ("unknown", .boolean), ("unsure", .boolean), ("placed", .text), ("temperature", .number), ("skipped", .text),
        ])))

  private static let calibrationMetrics = SchemaValue.object([
    ("n", .integer), ("accuracy", .share), ("confidence", .share), ("nll", .number), ("brier", .number),
    ("ece", .share),
    ("ece_equal_mass", .share), ("adaptive_ece", .share), ("classwise_ece", .share),
    (
      "bins",
      .list(
        .object([
          ("low", .share), ("high", .share), ("n", .integer), ("accuracy", .nullable(.share)),
          ("confidence", .nullable(.share)),
        ]))
    ),
  ])

  static let calibrate = DocumentSchema(
    name: "calibrate", files: "calibration.json of promptlens calibrate, which it prints, too",
    required: joined(
      [
        ("classifier", .text), ("temperature", .number), ("validation_images", .integer),
        ("dac_neighbors", .nullable(.integer)),
        (
          "sets",
          .list(
            .object([
              ("data", .text), ("is_validation", .boolean), ("class_count", .integer),
              ("unseen_classes", .integer),
              ("before", calibrationMetrics), ("after", calibrationMetrics), ("dac", .nullable(calibrationMetrics)),
            ]))
        ),
      ], remarks, warnings, [("sentences", .list(.text))]))

  static let adapt = DocumentSchema(
    name: "adapt", files: "what promptlens adapt prints as JSON",
    required: joined(
      [
        ("method", .text), ("model", .text), ("data", .text), ("start", .text), ("n", .integer),
        ("class_count", .integer),
        ("views", .integer), ("order_seed", .integer), ("settings", .members), ("before", calibrationMetrics),
        ("after", calibrationMetrics), ("mcnemar_exact_p", .share), ("sentence", .text),
      ], difference, remarks))

  static let dataCorrupt = DocumentSchema(
    name: "data-corrupt", files: "what promptlens data corrupt prints as JSON",
    required: joined(
      [
        ("data", .text), ("output", .text), ("kinds", .list(.text)), ("severities", .list(.integer)),
        ("seed", .integer), ("images", .integer), ("files", .integer),
      ], remarks))

  static let compare = DocumentSchema(
    name: "compare", files: "what promptlens compare prints as JSON",
    required: joined(
      [("data", .text), ("n", .integer), ("class_count", .integer)], remarks,
      [
        (
          "classifiers",
          .list(
            .object([
              ("name", .text), ("seeds", .list(.integer)), ("runs", .integer), ("accuracy", .share),
              ("accuracy_interval", .list(.number)), ("is_near_best", .boolean),
            ]))
        ),
        (
          "pairs",
          .list(
            .object([
              ("first", .text), ("second", .text), ("difference", .number), ("low", .number), ("high", .number),
              ("bootstrap_p", .share), ("mcnemar_p", .nullable(.share)), ("holm_p", .share),
              ("is_significant", .boolean),
            ]))
        ), ("bootstrap_draws", .integer), ("seed", .integer), ("sentences", .list(.text)),
      ], runWarnings))

  private static let detection: Members = [
    ("auroc", .share), ("aupr_in", .share), ("aupr_out", .share), ("fpr95", .share),
  ]

  // Each score is a member of its name.
  static let ood = DocumentSchema(
    name: "ood", files: "ood.json of promptlens ood, which it prints, too",
    required: joined(
      [
        ("classifier", .text), ("known", .text), ("n_known", .integer), ("n_unknown", .integer),
        ("class_count", .integer),
        ("accuracy", .nullable(.share)),
        (
          "scores",
          .map(
            .object(
              joined(
                detection,
                [
                  ("auroc_interval", .list(.number)), ("fpr95_interval", .list(.number)), ("threshold", .number),
                ])))
        ), ("sets", .list(.object([("data", .text), ("n", .integer), ("scores", .map(.object(detection)))]))),
        ("bootstrap_draws", .integer), ("seed", .integer), ("sentence", .text),
      ], remarks), optional: warnings)

  static let dataList = DocumentSchema(
    name: "data-list", files: "what promptlens data list prints as JSON",
    value: .list(
      .object([
        ("name", .text), ("title", .text), ("classes", .integer), ("template", .text), ("folder", .text),
        ("layout", .text), ("source", .text),
      ])))

  private static func image(_ more: Members = []) -> SchemaValue {
    .object(joined([("path", .text), ("split", .text), ("class", .text)], more))
  }

  private static let duplicates = SchemaValue.list(
    .object([("images", .list(image())), ("across_classes", .boolean), ("across_splits", .boolean)]))

  static let dataCheck = DocumentSchema(
    name: "data-check", files: "what promptlens data check prints as JSON",
    required: [
      ("name", .text), ("home", .text), ("as_listed", .boolean), ("complete", .nullable(.boolean)),
      ("parts", .list(.object([("path", .text), ("present", .boolean)]))),
      (
        "splits",
        .list(
          .object([
            ("split", .text), ("images", .integer), ("missing", .integer), ("expected", .nullable(.integer)),
            ("first_missing", .nullable(.text)), ("compared", .integer), ("changed", .list(.text)),
          ]))
      ), ("notes", .list(.text)), ("classes", .nullable(.integer)), ("expected_classes", .nullable(.integer)),
      (
        "images",
        .nullable(
          .object([
            ("decoded", .integer), ("unreadable", .list(image([("reason", .text), ("truncated", .boolean)]))),
            ("misnamed", .list(image([("format", .text)]))), ("duplicates", duplicates),
            ("near_duplicates", duplicates), ("near_distance", .integer),
            ("small", .list(image([("width", .integer), ("height", .integer)]))), ("smallest_side", .integer),
            ("modes", .map(.integer)),
          ]))
      ), ("problem", .nullable(.text)), ("source", .nullable(.text)),
    ])

  static let dataSplit = DocumentSchema(
    name: "data-split", files: "what promptlens data split prints as JSON",
    required: [
      ("file", .text), ("classes", .integer),
      ("images", .object([("train", .integer), ("val", .integer), ("test", .integer)])), ("hashes", .boolean),
      ("root", .text), ("notes", .list(.text)),
    ])

  static let dataDraw = DocumentSchema(
    name: "data-draw", files: "what promptlens data draw prints as JSON",
    required: [("train", .list(.integer)), ("val", .list(.integer)), ("notes", .list(.text))])

  static let draw = DocumentSchema(
    name: "draw", files: "what promptlens draw prints as JSON",
    required: [
      ("table", .text), ("pictures", .integer), ("classes", .list(.text)), ("styles", .list(.text)),
      ("seed", .integer), ("size", .integer),
    ])

  static let drawList = DocumentSchema(
    name: "draw-list", files: "what promptlens draw --list prints as JSON", value: .list(.text))

  static let extract = DocumentSchema(
    name: "extract", files: "what promptlens extract and merge print as JSON",
    required: [
      ("file", .text), ("data", .text), ("split", .text), ("images", .integer), ("views", .integer),
      ("width", .integer), ("classes", .integer), ("draw", .text), ("shard", .text), ("skipped", .list(.text)),
      ("transform", .text), ("model_fingerprint", .sha256), ("compute", .text),
    ], optional: [("notes", .list(.text))])

  static let dryRun = DocumentSchema(
    name: "dry-run", files: "what promptlens train, probe, extract, noise and sweep run print as JSON with --dry-run",
    required: [],
    optional: [
      ("runs", .integer), ("views", .integer), ("steps", .integer), ("seconds", .number), ("memory_bytes", .integer),
      ("disk_bytes", .integer),
      (
        "constants",
        .list(
          .object([
            ("name", .text), ("value", .nullable(.either([.number, .text, .boolean]))), ("from", .text),
          ]))
      ),
    ])

  static let sweepRun = DocumentSchema(
    name: "sweep-run", files: "what promptlens sweep run prints as JSON",
    required: [
      (
        "tasks",
        .list(
          .object(
            [
              ("id", .text), ("name", .text), ("state", .text), ("accuracy", .nullable(.share)),
              ("settings", .object(taskSettings.required, optional: taskSettings.optional)),
            ], optional: [("warnings", .list(.text)), ("error", .text)]))
      )
    ], optional: remarks)

  static let demo = DocumentSchema(
    name: "demo", files: "what promptlens demo prints as JSON",
    required: [
      ("folder", .text),
      (
        "stages",
        .list(
          .object([
            ("stage", .text), ("title", .text), ("command", .text), ("rows", .list(.map(.either([.text, .number])))),
            ("note", .nullable(.text)),
          ]))
      ),
    ])

  static let doctor = DocumentSchema(
    name: "doctor", files: "what promptlens doctor prints as JSON",
    required: [
      ("version", .text), ("sound", .boolean),
      (
        "findings",
        .list(
          .object([
            ("area", .text), ("subject", .text), ("value", .either([.integer, .text])),
            ("state", .choice(["good", "notice", "wrong"])), ("advice", .text),
          ]))
      ),
    ])
}
