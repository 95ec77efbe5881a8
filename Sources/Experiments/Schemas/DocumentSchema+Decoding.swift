// Decoded contexts.

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

  static let decodedContext: Members = [
    ("metric", .text), ("centered", .boolean),
    ("vectors", .list(.object(decodedVector))),
  ]

  /// A vector with its nearest words.
  static let decodedVector: Members = [
    ("index", .integer), ("class", .nullable(.text)),
    ("words", .list(.object([("piece", .text), ("text", .text), ("id", .integer), ("distance", .number)]))),
  ]

  static let sharedWords = SchemaValue.list(
    .object([("piece", .text), ("id", .integer), ("classes", .list(.text)), ("nearest", .integer)]))

  static let nullDistance = SchemaValue.object([
    ("certainty", .share), ("p", .share), ("corrected_p", .share),
  ])

  static let controls = SchemaValue.object([
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

  static let snapping = SchemaValue.object([
    ("images", .integer), ("classes", .integer), ("class_position", positions), ("accuracy", .share),
    ("all_together", .share),
    (
      "one_by_one",
      .list(.object([("index", .integer), ("piece", .nullable(.text)), ("accuracy", .share)]))
    ), ("curve", .list(.object([("share", .share), ("accuracy", .share)]))),
  ])
}
