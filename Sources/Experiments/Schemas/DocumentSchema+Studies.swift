// Results of studies.

extension DocumentSchema {
  static let probe = DocumentSchema(
    name: "probe", files: "result.json of promptlens probe, which it prints, too",
    required: document(
      "promptlens-probe-result",
      joined(
        [
          ("method", .text), ("data", .text), ("shots", .nullable(.integer)), ("seed", .integer),
          ("train_images", .integer), ("settings", .map(.number)), ("c", .nullable(.number)),
          ("learning_rate", .nullable(.number)), ("epochs", .nullable(.integer)), ("selection_images", .integer),
          ("templates", .list(.text)), ("model_fingerprint", .nullable(.sha256)),
        ], metrics,
        [
          ("zero_shot_accuracy", .nullable(.share)),
          (
            "targets",
            .list(
              .object(
                joined(
                  [("target", .text), ("classes_left_out", .list(.text))], metrics,
                  [
                    ("zero_shot_accuracy", .nullable(.share))
                  ]), optional: joined(moreMetrics, remarks, repeated)))
          ),
        ])),
    optional: joined(
      moreMetrics, remarks, warnings, repeated,
      [
        (
          "constants",
          .object(
            [("crops", .integer), ("all_validation", .boolean)],
            optional: [
              ("epochs", .integer), ("learning_rate", .number), ("alpha", .number), ("beta", .number),
              ("alpha_limit", .number), ("beta_limit", .number),
            ])
        )
      ]))

  static let fit = DocumentSchema(
    name: "fit", files: "result.json of promptlens fit, which it prints, too",
    required: document(
      "promptlens-fit-result",
      joined(
        [("method", .text)], metrics,
        [
          ("zero_shot_accuracy", .share), ("zero_shot_p", .nullable(.share)), ("images_for_five_points", .integer),
          (
            "weakest",
            .nullable(.object([("class", .text), ("accuracy", .share), ("taken_for", .text)]))
          ), ("data", .text), ("model", .text), ("model_fingerprint", .sha256), ("seed", .integer),
          ("seconds", .number), ("train_images", .integer), ("folds", .integer),
          (
            "candidates",
            .list(
              .object([
                ("method", .text), ("accuracy", .nullable(.share)), ("standard_error", .nullable(.number)),
                ("p", .nullable(.share)), ("seconds", .nullable(.number)), ("left_out", .nullable(.text)),
              ]))
          ), ("settings", .map(.number)), ("temperature", .number), ("templates", .list(.text)),
          (
            "pictures",
            .object([
              ("decoded", .integer), ("unreadable", .integer), ("duplicates", .integer), ("near_duplicates", .integer),
              ("across_classes", .integer),
            ])
          ),
        ])), optional: joined(moreMetrics, remarks, warnings))

  static let suspects = DocumentSchema(
    name: "suspects", files: "result.json of promptlens suspects, which it prints, too",
    required: document(
      "promptlens-suspects-result",
      [
        ("data", .text), ("model_fingerprint", .sha256), ("n", .integer), ("class_names", .list(.text)),
        ("folds", .integer), ("c", .number), ("temperature", .number), ("agreement", .share), ("noise_rate", .share),
        ("false_discovery_limit", .share), ("false_discovery_rate", .nullable(.share)), ("flagged", .integer),
        ("outliers", .integer), ("harmless_copies", .integer),
        (
          "copies",
          .list(
            .object([
              ("equal", .boolean), ("across_classes", .boolean), ("across_splits", .boolean),
              ("images", .list(.object([("path", .text), ("split", .text), ("class", .text)]))),
            ]))
        ), ("suspects", .list(scoredLabel)), ("outlying", .list(scoredLabel)),
      ]), optional: joined([("truth", suspectsTruth)], remarks))

  private static let suspectsTruth = SchemaValue.object([
    ("given_labels", .text), ("wrong", .integer), ("first", .integer), ("precision_at_100", .share),
    ("auroc", .nullable(.share)), ("average_precision", .nullable(.share)), ("flagged", .integer),
    ("precision", .nullable(.share)), ("recall", .nullable(.share)),
  ])

  private static let scoredLabel = SchemaValue.object([
    ("path", .text), ("split", .text), ("given", .text), ("suggested", .text), ("rank", .integer),
    ("flagged", .boolean), ("score", .number), ("self_confidence", .number), ("margin", .number),
    ("disagreement", .number), ("zero_shot", .number), ("false_discovery_rate", .number), ("outlyingness", .number),
    ("outlier", .boolean),
  ])

  private static let repeated: Members = [("repeated_training_images", .integer)]

  static let noise = DocumentSchema(
    name: "noise", files: "result.json of promptlens noise, which it prints, too",
    required: document(
      "promptlens-noise-result",
      [
        ("output", .text), ("zero_shot_accuracy", .share), ("runs", .integer),
        (
          "curves",
          .list(
            .object([
              ("noise", .text), ("learner", .text), ("area", .nullable(.number)),
              ("critical_rate", .nullable(.number)), ("points", .list(noisePoint)),
            ]))
        ),
        (
          "memorization",
          .list(
            .object([("noise", .text), ("name", .text), ("learner", .text), ("by_epoch", .list(.number))]))
        ),
      ]), optional: joined(remarks, runWarnings))

  private static let noisePoint = SchemaValue.object([
    ("rate", .number), ("accuracy", .number), ("half_width", .nullable(.number)), ("seeds", .integer),
    ("memorized", .nullable(.number)),
    (
      "detection",
      .list(
        .object([
          ("score", .text), ("auroc", .nullable(.number)), ("average_precision", .nullable(.number)),
        ]))
    ),
  ])

  static let labelNoise = DocumentSchema(
    name: "label-noise", files: "noise.json of a run with wrong labels, and the files in noise/ of promptlens noise",
    required: document(
      "promptlens-noise",
      [
        ("noise", .text), ("seed", .nullable(.integer)), ("split", .text), ("draw_fingerprint", .sha256),
        ("images", .integer), ("changed", .integer), ("rate", .number),
        ("classes", .list(.object([("name", .text), ("images", .integer), ("changed", .integer)]))),
        (
          "changes",
          .list(
            .object(
              [
                ("index", .integer), ("path", .text), ("from", .text), ("to", .text), ("from_label", .integer),
                ("to_label", .integer),
              ], optional: [("replaces", .text)]))
        ),
      ]))

  static let sweep = DocumentSchema(
    name: "sweep", files: "sweep.json of promptlens sweep merge, which it prints, too",
    required: document(
      "promptlens-sweep",
      [
        (
          "cells",
          .list(
            .object(
              [
                ("settings", settings), ("seeds", .list(.integer)), ("runs", .list(.text)), ("accuracy", seedSummary),
                ("zero_shot_accuracy", seedSummary),
              ],
              optional: [
                ("mean_per_class_accuracy", seedSummary), ("macro_f1", seedSummary), ("top5_accuracy", seedSummary),
                ("expected_calibration_error", seedSummary), ("negative_log_likelihood", seedSummary),
                ("runs_with_warnings", .list(.text)),
              ]))
        ),
        (
          "runs",
          .list(
            .object(
              joined(
                [("id", .text)], metrics,
                [
                  ("zero_shot_accuracy", .nullable(.share)), ("context_sha256", .sha256), ("settings", settings),
                ]), optional: joined(runMeasures, remarks, warnings)))
        ),
      ]), optional: joined(remarks, runWarnings))

  static let task = DocumentSchema(
    name: "task", files: "a line of tasks.jsonl, as promptlens sweep plan prints it",
    required: joined([("id", .text)], taskSettings.required), optional: taskSettings.optional)

  static let transfer = DocumentSchema(
    name: "transfer", files: "transfer.json of promptlens transfer, which it prints, too",
    required: document(
      "promptlens-transfer",
      [
        ("model_fingerprint", .sha256), ("runs", .list(.text)), ("classifiers", .list(.text)),
        ("learned_elsewhere", .list(.object([("path", .text), ("data", .text)]))),
        (
          "source",
          .object([
            ("name", .text), ("data", .text), ("n", .integer), ("class_count", .integer),
            (
              "results",
              .list(
                .object(
                  [("name", .text), ("kind", .text), ("accuracy", seedSummary), ("ece", seedSummary)],
                  optional: groups))
            ),
          ])
        ), ("targets", .list(transferTarget)), ("selected_on", .text),
      ]),
    optional: joined(
      [
        ("interpolation", .list(interpolation)), ("corruptions", .list(corruptions)), ("published", .list(published)),
      ], remarks, runWarnings))

  private static let published = SchemaValue.object([
    ("target", .text), ("key", .text), ("models", .text), ("n", .integer), ("source_classes", .text),
    ("slope", .number), ("intercept", .number), ("r2", .share), ("date", .text),
    (
      "results",
      .list(.object([("name", .text), ("expected", .share), ("effective_robustness", .number)]))
    ),
  ])

  static let leaveOneOut = DocumentSchema(
    name: "leave-one-out", files: "leave-one-out.json of promptlens transfer --leave-one-out, which it prints, too",
    required: document(
      "promptlens-leave-one-out",
      [
        ("model_fingerprint", .sha256), ("data", .text), ("domain_column", .text), ("class_count", .integer),
        ("seeds", .list(.integer)), ("domains", .list(.object([("name", .text), ("n", .integer)]))),
        ("selected_on", .text),
        (
          "learners",
          .list(
            .object([
              ("name", .text),
              ("accuracies", .list(.object([("domain", .text), ("accuracy", seedSummary)]))),
              ("average", seedSummary), ("worst_domain_accuracy", .share),
              ("against_zero_shot", .nullable(.object(difference))),
            ]))
        ),
      ]), optional: remarks)

  private static let corruptions = SchemaValue.object([
    ("name", .text), ("kind", .text), ("data", .text), ("clean_error", .nullable(.share)),
    (
      "corruptions",
      .list(
        .object([
          ("corruption", .text), ("errors", .list(.object([("severity", .integer), ("error", .share)]))),
          ("mean_error", .share), ("ce_zero_shot", .nullable(.number)), ("ce_alexnet", .nullable(.number)),
        ]))
    ), ("mce_zero_shot", .nullable(.number)), ("mce_alexnet", .nullable(.number)),
    ("relative_mce_zero_shot", .nullable(.number)), ("relative_mce_alexnet", .nullable(.number)),
  ])

  private static let transferTarget = SchemaValue.object([
    ("name", .text), ("data", .text), ("class_count", .integer), ("source_n", .integer),
    ("target_n", .integer),
    ("classes", .list(.text)),
    ("left_out", .object([("target_classes", .integer), ("target_images", .integer)])),
    (
      "baseline_fit",
      .nullable(
        .object(
          [
            ("slope", .number), ("intercept", .number), ("r2", .nullable(.number)), ("baselines", .list(.text)),
          ], optional: [("weakness", .nullable(.text))]))
    ), ("results", .list(transferResult)),
    (
      "comparisons",
      .list(
        .object(joined([("first", .text), ("second", .text)], difference, [("mcnemar_exact_p", .list(.number))])))
    ),
  ])

  private static let transferResult = SchemaValue.object(
    joined(
      [("name", .text), ("kind", .text), ("seeds", .list(.integer))],
      TransferMeasure.allCases.map { (key: $0.rawValue, value: SchemaValue.nullable(seedSummary)) },
      [("source_accuracies", .list(.number)), ("target_accuracies", .list(.number))]),
    optional: groups + [
      (
        "against_zero_shot",
        .object(
          joined(
            difference,
            [
              ("resamples", .integer),
              (
                "mcnemar",
                .list(
                  .object([("only_this", .integer), ("only_zero_shot", .integer), ("exact_p", .number)]))
              ),
            ]))
      ),
      (
        "class_changes",
        .list(
          .object([("class", .text), ("n", .integer), ("zero_shot", .number), ("accuracy", .number)]))
      ),
    ])

  private static let interpolation = SchemaValue.object([
    ("name", .text), ("start", .text),
    (
      "steps",
      .list(
        .object([
          ("alpha", .number),
          ("accuracies", .list(.object([("data", .text), ("accuracy", seedSummary)]))),
        ]))
    ),
  ])

  private static let gain = SchemaValue.object(joined(difference, [("mcnemar_p", .list(.number))]))

  static let baseToNew = DocumentSchema(
    name: "base-to-new", files: "base-to-new.json of promptlens base-to-new, which it prints, too",
    required: document(
      "promptlens-base-to-new",
      [
        (
          "base_to_new",
          .list(
            .object([
              ("name", .text), ("data", .text), ("base_class_count", .integer), ("new_class_count", .integer),
              ("base_n", .integer),
              ("new_n", .integer),
              (
                "zero_shot",
                .object([("base_accuracy", .share), ("new_accuracy", .share), ("harmonic_mean", .share)])
              ),
              (
                "methods",
                .list(
                  .object([
                    ("name", .text), ("seeds", .list(.integer)), ("runs", .list(.text)), ("base_accuracy", seedSummary),
                    ("new_accuracy", seedSummary), ("harmonic_mean", seedSummary), ("base_against_zero_shot", gain),
                    ("new_against_zero_shot", gain),
                  ]))
              ),
            ]))
        )
      ]), optional: joined([("cross", crossDomains)], remarks, runWarnings))

  static let cross = DocumentSchema(
    name: "cross", files: "cross.json of promptlens base-to-new --cross",
    required: document(CrossDatasetDocument.format, [("cross", crossDomains)]),
    optional: joined(remarks, runWarnings))

  private static let crossDomains = SchemaValue.list(
    .object([
      ("data", .text), ("class_count", .integer), ("n", .integer), ("is_source", .boolean),
      ("zero_shot_accuracy", .share),
      (
        "methods",
        .list(
          .object([
            ("name", .text), ("seeds", .list(.integer)), ("runs", .list(.text)), ("accuracy", seedSummary),
            ("accuracies", .list(.share)), ("against_zero_shot", gain),
          ]))
      ),
    ]))

  // The options that differ from one kind of learner to the next are among the settings, too.
  static let noiseRun = DocumentSchema(
    name: "noise-run", files: "run.json of promptlens noise",
    required: document(
      "promptlens-run",
      [
        (
          "settings",
          .open([
            ("kind", .constant("noise")), ("data", .text), ("shots", .nullable(.integer)),
            ("epochs", .nullable(.integer)),
            ("model_fingerprint", .nullable(.sha256)), ("test_features", .text),
          ])
        ), ("record", .object([("tool_version", .text)], optional: [("model", .nullable(.text))])),
        ("class_names", .list(.text)),
      ]))

  static let split = DocumentSchema(
    name: "split", files: "a split file of promptlens data split, and hold-out.json",
    required: [
      ("train", .list(.list(.either([.text, .integer])))), ("val", .list(.list(.either([.text, .integer])))),
      ("test", .list(.list(.either([.text, .integer])))),
    ],
    optional: [
      ("format", .constant("promptlens-split")), ("format_version", .integer), ("name", .text),
      ("class_names", .list(.text)),
      (
        "sha256",
        .object([("train", .list(.sha256)), ("val", .list(.sha256)), ("test", .list(.sha256))])
      ),
    ])
}
