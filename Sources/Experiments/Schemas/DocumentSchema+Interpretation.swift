// Decoded contexts and interpretations.

extension DocumentSchema {
  static let decode = DocumentSchema(
    name: "decode", files: "what promptlens decode prints as JSON of one context",
    required: decodedContext,
    optional: [
      ("shared_words", sharedWords), ("controls", controls), ("snapping", snapping), ("ablation", ablation),
    ])

  static let decodeSeveral = DocumentSchema(
    name: "decode-several", files: "what promptlens decode prints as JSON of several contexts",
    required: [
      (
        "contexts",
        .list(
          .object(
            joined([("context", .text), ("name", .text)], decodedContext),
            optional: [("shared_words", sharedWords), ("controls", controls)]))
      )
    ])

  static let decodeDeep = DocumentSchema(
    name: "decode-deep", files: "what promptlens decode prints as JSON of prompts in deeper layers",
    required: deepPrompts.required, optional: deepPrompts.optional)

  static let deepInterpretation = DocumentSchema(
    name: "deep-interpretation",
    files: "interpretation.json of promptlens interpret for prompts in deeper layers, which it prints, too",
    required: joined(
      document("promptlens-interpretation", interpreted),
      [
        ("method", .text),
        (
          "layers",
          .object([
            ("whole", accuracyAndMargin), ("nothing", accuracyAndMargin), ("added", estimates),
            ("towers", .list(layerEffect)), ("layers", .list(layerEffect)),
          ])
        ), ("decoded", .object(deepPrompts.required, optional: deepPrompts.optional)),
      ]), optional: remarks)

  static let interpretation = DocumentSchema(
    name: "interpretation", files: "interpretation.json of promptlens interpret, which it prints, too",
    required: joined(
      document(
        "promptlens-interpretation", interpreted), analyses),
    optional: joined(searches, remarks, [("image_heads", imageHeads), ("image_patches", imagePatches)]))

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

  private static let interpreted: Members = [
    ("prompt", .text), ("model_fingerprint", .sha256), ("data", .text), ("split", .text), ("images", .integer),
    ("classes", .list(.text)), ("class_position", positions), ("accuracy", .share), ("zero_shot_accuracy", .share),
    ("findings", .list(finding)), ("not_measured", .list(.text)),
  ]

  // MARK: Prompts in deeper layers

  private static let deepPrompts: (required: Members, optional: Members) = (
    [
      ("prompt", .text), ("method", .text),
      (
        "vectors",
        .list(
          .object([
            ("index", .integer), ("class", .nullable(.text)),
            (
              "words",
              .list(.object([("piece", .text), ("text", .text), ("id", .integer), ("distance", .number)]))
            ), ("layer", .integer),
          ]))
      ),
      (
        "layers",
        .list(
          .object(
            [
              ("layer", .integer),
              (
                "lens",
                .nullable(
                  .object([
                    ("fitted_states", .integer), ("held_out_states", .integer), ("explained", .nullable(.number)),
                    ("recovered", .share),
                  ]))
              ),
            ], optional: [("controls", controls)]))
      ),
    ],
    [
      ("metric", .text), ("centered", .boolean),
      (
        "controls",
        .object([
          ("verdict", .text), ("verdict_kind", .text), ("close", .integer), ("close_among_mixtures", .integer),
          ("distinct", .integer), ("close_by_chance", .number), ("chance_probability", .share),
          ("mixture_probability", .share), ("smallest_corrected_p", .share),
        ])
      ),
      (
        "image_vectors",
        .list(
          .object([
            ("layer", .integer), ("index", .integer),
            (
              "patches",
              .list(
                .object([("path", .text), ("row", .integer), ("column", .integer), ("similarity", .number)]))
            ), ("random", nullDistance), ("mixtures", nullDistance), ("verdict", .text), ("sentence", .text),
          ]))
      ),
      (
        "patches",
        .object(
          [
            ("data", .text), ("split", .text), ("images", .integer), ("images_available", .integer),
            ("rows", .integer), ("columns", .integer), ("random_vectors", .integer), ("verdict", .text),
          ], optional: remarks)
      ),
    ]
  )

  private static let accuracyAndMargin = SchemaValue.object([("accuracy", .share), ("margin", .number)])
  private static let estimates = SchemaValue.object([("accuracy", estimate), ("margin", estimate)])

  private static let layerEffect = SchemaValue.object([
    ("tower", .text), ("layer", .nullable(.integer)), ("without", estimates), ("alone", estimates),
    ("initial", .nullable(estimates)), ("corrected_p", .object([("accuracy", .share), ("margin", .share)])),
  ])

  // MARK: Words

  private static let decodedContext: Members = [
    ("metric", .text), ("centered", .boolean),
    (
      "vectors",
      .list(
        .object([
          ("index", .integer), ("class", .nullable(.text)),
          (
            "words",
            .list(.object([("piece", .text), ("text", .text), ("id", .integer), ("distance", .number)]))
          ),
        ]))
    ),
  ]

  private static let sharedWords = SchemaValue.list(
    .object([("piece", .text), ("id", .integer), ("classes", .list(.text)), ("nearest", .integer)]))

  private static let nullDistance = SchemaValue.object([
    ("certainty", .share), ("p", .share), ("corrected_p", .share),
  ])

  private static let controls = SchemaValue.object([
    ("verdict", .text), ("verdict_kind", .text), ("limit", .text), ("close", .integer),
    ("close_among_mixtures", .integer), ("distinct", .integer), ("close_by_chance", .number),
    ("chance_probability", .share), ("mixture_probability", .share), ("smallest_corrected_p", .share),
    ("effective_ranks", .list(.number)), ("median_word_norm", .number),
    (
      "word_neighbor_distance",
      .object([("mean", .number), ("deviation", .number), ("words", .integer)])
    ), ("random_vectors", .integer), ("vectors", .list(vectorControl)),
  ])

  private static let vectorControl = SchemaValue.object(
    [
      ("index", .integer), ("class", .nullable(.text)), ("piece", .text), ("id", .integer), ("kind", .text),
      ("distance", .number), ("explained", .number), ("is_entry", .boolean), ("nearer_to_mean_word", .boolean),
      ("certainty", .share), ("random", nullDistance), ("mixtures", nullDistance), ("z_random", .nullable(.number)),
      ("z_words", .nullable(.number)), ("norm_ratio", .nullable(.number)), ("verdict", .text), ("sentence", .text),
    ],
    optional: [
      ("margin", .nullable(.number)),
      (
        "initial",
        .nullable(
          .object([
            ("distance", .number), ("z", .nullable(.number)), ("moved", .number), ("keeps_word", .boolean),
            ("certainty", .share),
          ]))
      ),
    ])

  private static let snapping = SchemaValue.object([
    ("images", .integer), ("classes", .integer), ("class_position", positions), ("accuracy", .share),
    ("all_together", .share),
    (
      "one_by_one",
      .list(.object([("index", .integer), ("piece", .nullable(.text)), ("accuracy", .share)]))
    ), ("curve", .list(.object([("share", .share), ("accuracy", .share)]))),
  ])

  // MARK: Effects

  private static let effects = SchemaValue.object([("values", .list(.number)), ("intervals", .numbers)])
  private static let inBothUnits = SchemaValue.object([("accuracy", effects), ("margin", effects)])

  private static let shapley: Members = [
    ("values", .list(.number)), ("intervals", .numbers), ("standard_errors", .list(.number)), ("nothing", .number),
    ("everything", .number),
  ]

  private static let ablation = SchemaValue.object([
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

  // MARK: Sections of the report

  static let section = DocumentSchema(
    name: "section", files: "NAME.section.json, a section of the report of promptlens report",
    value: .object(document("promptlens-section", sectionMembers), optional: optionalSectionMembers),
    definitions: [("section", .object(sectionMembers, optional: optionalSectionMembers)), ("chart", chart)])

  private static let sectionMembers: Members = [
    ("title", .text), ("findings", .list(finding)), ("blocks", .list(block)), ("doubts", .list(.text)),
    ("sections", .list(.reference("section"))),
  ]

  private static let optionalSectionMembers: Members = [
    (
      "verdicts",
      .list(
        .object([
          ("method", .text), ("data", .text), ("accuracy", .number), ("sd", .nullable(.number)), ("seeds", .integer),
          ("zero_shot_accuracy", .nullable(.number)), ("gain", .nullable(.list(.number))), ("n", .integer),
          ("p", .nullable(.number)), ("test", .text),
        ]))
    ), ("folded", .boolean),
  ]

  private static let block = SchemaValue.either([
    .object([("kind", .constant("text")), ("text", .text)]),
    .object([("kind", .constant("list")), ("sentences", .list(.text))]),
    .object([
      ("kind", .constant("facts")), ("facts", .list(.object([("name", .text), ("value", .text)]))),
    ]),
    .object([("kind", .constant("table")), ("name", .nullable(.text)), ("table", table)]),
    .object([
      ("kind", .constant("charts")),
      ("charts", .list(.object([("name", .nullable(.text)), ("chart", .reference("chart"))]))),
    ]),
    .object([
      ("kind", .constant("pictures")), ("title", .text),
      (
        "pictures",
        .list(
          .object(
            [("path", .text), ("caption", .text)],
            optional: [
              (
                "frame",
                .object([("row", .integer), ("column", .integer), ("rows", .integer), ("columns", .integer)])
              )
            ]))
      ),
    ]),
  ])

  private static let table = SchemaValue.object([
    ("title", .text),
    ("columns", .list(.object([("heading", .text), ("kind", .choice(["text", "number"]))]))),
    ("rows", .list(.list(.text))),
  ])

  private static let axis = SchemaValue.object([
    ("label", .text), ("scale", .text), ("notation", .text), ("range", .nullable(.list(.number))),
    ("ticks", .nullable(.list(.number))),
  ])

  private static let namedValues = SchemaValue.list(.object([("name", .text), ("value", .nullable(.number))]))
  private static let labels = SchemaValue.object([("label", .text), ("names", .list(.text))])

  private static let chart = SchemaValue.object(
    [("kind", .text), ("title", .text), ("summary", .text)],
    optional: [
      ("axis", axis), ("x", axis), ("y", axis), ("measure", axis), ("rows", labels), ("columns", labels),
      ("values", .list(.list(.nullable(.number)))), ("diverging_from", .nullable(.number)),
      (
        "bars",
        .list(
          .object([
            ("name", .text), ("value", .nullable(.number)), ("interval", .nullable(.list(.number))),
          ]))
      ), ("signs", .nullable(.object([("positive", .text), ("negative", .text)]))), ("levels", namedValues),
      (
        "series",
        .list(
          .object(
            [
              ("name", .text),
              (
                "points",
                .list(
                  .object([("x", .number), ("y", .nullable(.number))], optional: [("band", .nullable(.list(.number)))])
                )
              ),
            ], optional: [("baseline", .boolean)]))
      ), ("stars", .list(.object([("name", .text), ("x", .number), ("y", .number)]))),
      ("panels", .list(.reference("chart"))),
      (
        "groups",
        .list(
          .object([
            ("name", .text),
            (
              "points",
              .list(
                .object([
                  ("name", .text), ("x", .number), ("y", .number), ("x_interval", .nullable(.list(.number))),
                  ("y_interval", .nullable(.list(.number))),
                ]))
            ),
          ]))
      ), ("shows_equality", .boolean),
      ("fits", .list(.object([("name", .text), ("slope", .number), ("intercept", .number)]))),
    ])
}
