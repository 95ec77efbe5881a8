// Interpretations of contexts.

extension DocumentSchema {
  static let interpretation = DocumentSchema(
    name: "interpretation", files: "interpretation.json of promptlens interpret, which it prints, too",
    required: joined(
      document(
        "promptlens-interpretation", interpreted), analyses),
    optional: joined(
      searches, remarks, arithmetic, [("image_heads", imageHeads), ("image_patches", imagePatches)]))

  // MARK: The image tower

  private static let imagePatches = SchemaValue.object([
    ("images", .integer), ("changed", .integer), ("explanations", .list(explained)), ("summary", explainedSummary),
  ])

  private static let imageHeads = SchemaValue.object([
    ("data", .text), ("images", .integer), ("largest_error", .number),
    (
      "terms",
      .list(.object([("term", .text), ("share", .number), ("words", estimate), ("learned", estimate)]))
    ),
    (
      "heads",
      .list(
        .object([
          ("term", .text), ("words", .list(.text)), ("explained", .list(.number)), ("randomly_explained", .number),
        ]))
    ),
  ])

  static let arithmetic: Members = [("precision", .text)]

  static let interpreted: Members = [
    ("prompt", .text), ("model_fingerprint", .sha256), ("data", .text), ("split", .text), ("images", .integer),
    ("classes", .list(.text)), ("class_position", positions), ("accuracy", .share), ("zero_shot_accuracy", .share),
    ("findings", .list(finding)), ("not_measured", .list(.text)),
  ]

  // MARK: Effects

  private static let effects = SchemaValue.object([("values", .list(.number)), ("intervals", .numbers)])
  private static let inBothUnits = SchemaValue.object([("accuracy", effects), ("margin", effects)])

  private static let shapley: Members = [
    ("values", .list(.number)), ("intervals", .numbers), ("standard_errors", .list(.number)), ("nothing", .number),
    ("everything", .number),
  ]

  static let ablation = SchemaValue.object([
    ("images", .integer), ("classes", .integer), ("class_position", positions), ("accuracy", .share),
    ("margin", .number), ("accuracy_mean_words", .share), ("margin_mean_words", .number),
    ("added", .object([("accuracy", estimate), ("margin", estimate)])),
    (
      "accuracies",
      .object([
        ("leave_one_out", .list(.number)), ("zero", .list(.number)), ("mean", .list(.number)),
        ("random", .list(.number)),
      ])
    ),
    (
      "losses",
      .object([
        ("leave_one_out", inBothUnits), ("zero", inBothUnits), ("mean", inBothUnits), ("random", inBothUnits),
      ])
    ), ("leave_to_mean_margin", .list(.number)),
    ("random_standard_errors", .object([("accuracy", .list(.number)), ("margin", .list(.number))])),
    ("interactions", .object([("accuracy", .numbers), ("margin", .numbers)])),
    (
      "shapley",
      .object(
        joined(
          shapley,
          [
            ("margin", .object(shapley)), ("coalitions", .integer), ("permutations", .nullable(.integer)),
          ]))
    ),
  ])

  // MARK: Analyses of interpret

  private static let searches: Members = [
    ("network", .members),
    (
      "hard_words",
      .object([
        ("words", .list(.object([("id", .integer), ("piece", .text)]))), ("training_images", .integer),
        ("training_loss", .number), ("first_training_loss", .number), ("best_step", .integer),
        ("losses", .list(.number)), ("accuracy", .share), ("mcnemar_p", .share),
        ("nearest_words_among_them", .integer),
      ])
    ), ("waywardness", waywardness), ("agreement", .list(agreement)),
  ]

  private static let waywardness = SchemaValue.object([
    ("penalties", .list(.number)), ("steps", .integer), ("own_steps", .nullable(.integer)), ("epochs", .integer),
    ("learning_rate", .number), ("context_accuracy", .share), ("mean_word_accuracy", .share),
    (
      "test",
      .object([
        ("verdict", .text), ("equivalent", .boolean), ("lists", .integer), ("difference", .number),
        ("interval", .list(.number)), ("equivalence_interval", .list(.number)), ("margin", .number),
      ])
    ),
    (
      "probes",
      .list(
        .object([
          ("words", .list(.text)), ("penalty", .number), ("accuracy", .share), ("word_accuracy", .share),
          ("is_trained", .boolean), ("words_kept", .share), ("words_kept_by_penalty", .list(.share)),
          ("mean_distance", .number), ("training_accuracy", .share),
        ]))
    ),
  ])

  private static let agreement = SchemaValue.object([
    ("first", .text), ("second", .text), ("same_position_cosine", .nullable(.number)),
    ("paired_cosine", .nullable(.number)), ("random_paired_cosine", .nullable(.number)),
    ("vector_movement_cosine", .nullable(.number)), ("feature_movement_cosine", .nullable(.number)),
    ("random_word_movement_cosine", .nullable(.number)), ("feature_cka", .nullable(.number)),
    ("shuffled_cka", .nullable(.list(.number))), ("random_word_cka", .nullable(.number)),
    ("zero_shot_cka", .nullable(.number)), ("same_predictions", .share),
    ("accuracies", .object([("first", .share), ("second", .share), ("midpoint", .share)])),
  ])

  private static let pathAttribution: Members = [
    ("change", .number), ("margin", .number), ("baseline_margin", .number), ("integrated_gradients", .list(.number)),
    ("completeness_error", .number),
  ]

  private static let patched = SchemaValue.object([("values", .numbers), ("intervals", .numbers), ("shares", .numbers)])

  private static let decomposition = SchemaValue.object([
    ("words", .list(.object([("word", .text), ("weight", .number)]))), ("cosine", .number), ("penalty", .number),
    ("duality_gap", .number),
  ])

  private static let analyses: Members = [
    (
      "words", .object(decodedContext, optional: [("shared_words", sharedWords), ("controls", controls)])
    ), ("snapping", snapping), ("ablation", ablation),
    (
      "random_words",
      .object([
        ("lists", .integer), ("accuracies", .list(.share)), ("mean_accuracy", .share), ("mean_margin", .number),
        ("percentiles", .map(.share)),
      ])
    ),
    (
      "attention",
      .object([
        ("prompts", .integer), ("roles", .list(.text)), ("from_end", .numbers), ("from_class_name", .numbers),
        ("rollout", .numbers), ("uniform", .list(.number)),
      ])
    ),
    (
      "lens",
      .object([
        ("translators_fitted_on", .nullable(.text)), ("translator_words", .integer),
        (
          "layers",
          .list(
            .object([
              ("layers", .integer), ("accuracy", .share), ("cosine", .number),
              ("translated_accuracy", .nullable(.share)), ("translated_cosine", .nullable(.number)),
              ("explained_variance", .nullable(.number)),
            ]))
        ),
      ])
    ),
    (
      "hidden_words",
      .object([
        ("kept", .list(.number)), ("kept_of_real_words", .list(.number)),
        (
          "readings",
          .list(
            .object([
              ("class", .text), ("layers", .integer), ("vector", .integer),
              ("words", .list(.object([("piece", .text), ("distance", .number)]))),
            ]))
        ),
      ])
    ), ("attribution", attribution),
    (
      "patching",
      .object([
        ("handwritten", .text), ("mean_words_before", .integer), ("images", .integer), ("classes", .integer),
        ("difference", estimate), ("roles", .list(.text)),
        ("sites", .object([("residual", patched), ("attention", patched), ("mlp", patched)])),
      ])
    ),
    (
      "logit_attribution",
      .object([
        ("images", .integer), ("total", .number), ("largest_error", .number),
        ("terms", .list(.object([("term", .text), ("part", estimate)]))),
        (
          "heads",
          .list(
            .object([
              ("term", .text), ("words", .list(.text)), ("explained", .list(.number)), ("randomly_explained", .number),
            ]))
        ),
      ])
    ),
    (
      "attention_effects",
      .list(.object([("account", .text), ("effect", .text), ("correlation", .nullable(.number))]))
    ), ("drift", drift),
    (
      "changed_sides",
      .object([
        ("template", .text), ("zero_shot_accuracy", .share), ("accuracy", .share), ("images", .integer),
        ("wrong_to_right", .list(.text)), ("right_to_wrong", .list(.text)),
        ("wrong_to_otherwise_wrong", .list(.text)), ("both_right", .integer), ("mcnemar_p", .share),
      ])
    ),
    (
      "decomposition",
      .nullable(
        .object([
          ("dictionary", .integer), ("template", .text), ("names_in_dictionary", .integer),
          ("own_names", .object([("zero_shot", .integer), ("learned", .integer)])),
          (
            "classes",
            .list(
              .object([("class", .text), ("zero_shot", decomposition), ("learned", decomposition)]))
          ),
        ]))
    ),
  ]

  private static let attribution = SchemaValue.object([
    ("baseline", .text),
    (
      "context_only",
      .object(
        joined(
          pathAttribution,
          [
            ("images", .integer), ("points", .integer), ("intervals", .numbers),
            ("gradient_times_input", .list(.number)),
          ]))
    ), ("class_names", .object([("change", .number)])),
    ("classes", .list(.object(joined(pathAttribution, [("class", .text)])))),
  ])

  private static let drift = SchemaValue.object([
    ("mean_cosine", .number), ("common_share", .nullable(.number)), ("mean_cosine_between_classes_before", .number),
    ("mean_cosine_between_classes_after", .number), ("mean_cosine_interval", .list(.number)),
    ("change_between_classes", estimate), ("moved", .integer),
    (
      "classes",
      .list(
        .object([
          ("class", .text), ("cosine", .number),
          ("towards", .list(.object([("class", .text), ("gain", .number)]))),
        ]))
    ), ("cosines_before", .numbers), ("cosines_after", .numbers),
  ])
}
