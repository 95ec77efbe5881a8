import PromptLensPrompts

// Parts that several documents have.

extension DocumentSchema {
  /// Returns members one after the other; the compiler takes long over sums of literals.
  static func joined(_ parts: Members...) -> Members { parts.flatMap(\.self) }

  /// Returns the members of a document with a format and a version.
  static func document(_ format: String, _ members: Members) -> Members {
    joined([("format", .constant(format)), ("format_version", .integer)], members)
  }

  static let positions = SchemaValue.choice(ClassPosition.allCases.map(\.rawValue))

  /// The settings of a run; a group of runs lacks those that depend on the seed.
  static let settings = SchemaValue.object(
    [
      ("method", .text), ("loss", .text), ("context_length", .integer), ("class_specific", .boolean),
      ("initialization", .text), ("epochs", .integer), ("batch_size", .integer), ("learning_rate", .number),
      ("model_fingerprint", .sha256),
    ],
    optional: [
      ("data", .nullable(.text)), ("shots", .nullable(.integer)), ("seed", .integer), ("views", .nullable(.integer)),
      ("class_position", positions), ("warmup_rate", .number), ("warmup_epochs", .integer), ("momentum", .number),
      ("weight_decay", .number), ("precision", .text), ("training_features", .text),
      ("test_features", .nullable(.text)),
      ("classes", .text), ("strategy", .text), ("early_stopping", .nullable(.integer)), ("validation_features", .text),
      ("noise", .text), ("noise_seed", .nullable(.integer)), ("noise_rate", .number),
      ("validation_noise_rate", .number),
      ("augmentation", .text), ("recipe", .text), ("protocol", .text), ("template", .text), ("weight", .number),
      ("average_mean", .number), ("average_deviation", .number), ("clip_norm", .number),
      ("prompt_depth", .integer), ("image_prompt_depth", .integer), ("prompt_length", .integer),
      ("keep_words", .boolean),
      ("adam_epsilon", .number),
    ])

  /// The settings of a sweep's task, as `sweep plan` writes them.
  static let taskSettings: (required: Members, optional: Members) = (
    [
      ("model", .text), ("data", .text), ("classes", .text), ("views", .integer), ("precision", .text),
      ("context_length", .nullable(.integer)), ("class_position", positions), ("class_specific", .boolean),
      ("init", .nullable(.text)), ("method", .text), ("shots", .nullable(.integer)), ("epochs", .nullable(.integer)),
      ("batch_size", .nullable(.integer)), ("learning_rate", .nullable(.number)), ("seed", .integer),
    ],
    [
      ("loss", .text), ("strategy", .text), ("noise", .nullable(.text)), ("recipe", .text),
      ("protocol", .nullable(.text)), ("weight", .nullable(.number)), ("clip_norm", .number),
      ("early_stopping", .integer),
      ("prompt_depth", .nullable(.integer)), ("image_prompt_depth", .nullable(.integer)),
      ("prompt_length", .nullable(.integer)), ("keep_words", .boolean),
    ]
  )

  /// The mean over seeds with its interval.
  static let seedSummary = SchemaValue.object([
    ("n", .integer), ("mean", .number), ("sd", .nullable(.number)), ("low", .nullable(.number)),
    ("high", .nullable(.number)), ("level", .number),
  ])

  /// A value with its interval and the probability of so much by chance.
  static let estimate = SchemaValue.object(
    [("value", .number), ("interval", .list(.number))], optional: [("p", .number)])

  static let difference: Members = [("difference", .number), ("low", .number), ("high", .number), ("p", .number)]

  /// The measures of a classifier on test images.
  static let metrics: Members = [
    ("accuracy", .nullable(.share)), ("n", .integer), ("class_count", .integer),
  ]

  static let moreMetrics: Members =
    [
      ("correct", .integer), ("mean_per_class_accuracy", .share), ("macro_f1", .share),
      ("accuracy_interval", .list(.share)), ("top5_accuracy", .share), ("expected_calibration_error", .share),
      ("negative_log_likelihood", .number),
      (
        "classes", .list(.object([("name", .text), ("n", .integer), ("accuracy", .nullable(.share))]))
      ),
      ("confusion", .list(.list(.integer))), ("confusion_pairs", .list(.list(.integer))),
    ] + groups

  /// The accuracy by groups of images, where they are grouped.
  static let groups: Members = [
    (
      "groups",
      .list(
        .object([("name", .text), ("n", .integer), ("accuracy", .share), ("low", .share), ("high", .share)]))
    ), ("worst_group", .text), ("worst_group_accuracy", .share), ("worst_group_corrected", .share),
    ("worst_group_interval", .list(.share)), ("worst_group_draws", .integer), ("mean_of_groups", .share),
    ("grouped_accuracy", .share), ("group_gap", .number),
  ]

  /// The members for remarks on images; documents of earlier versions lack them.
  static let remarks: Members = [("notes", .list(.text)), ("skipped", .list(.text))]

  /// Warnings about one run.
  static let warnings: Members = [("warnings", .list(.text))]

  /// Warnings about several runs.
  static let runWarnings: Members = [
    ("warnings", .list(.object([("run", .text), ("warning", .text)], optional: [("about", .text)])))
  ]

  static let finding = SchemaValue.object([("finding", .text), ("evidence", .list(.text))])

  static let featureCheck = SchemaValue.object([
    ("check", .text), ("count", .integer), ("largest_difference", .number), ("mean_difference", .number),
    ("tolerance", .number), ("agrees", .boolean),
  ])

  static let preprocessing = SchemaValue.object([
    (
      "resize",
      .object(
        [("kind", .text)],
        optional: [
          ("shortest_edge", .nullable(.integer)), ("longest_edge", .nullable(.integer)), ("height", .integer),
          ("width", .integer),
        ])
    ), ("filter", .text),
    ("center_crop", .nullable(.object([("height", .integer), ("width", .integer)]))), ("crop_rounding", .text),
    ("fill", .any), ("rescale_factor", .number), ("mean", .list(.number)), ("std", .list(.number)),
  ])
}
