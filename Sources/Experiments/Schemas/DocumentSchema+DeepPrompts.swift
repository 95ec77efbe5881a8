// Prompts in deeper layers: decoded, and interpreted.

extension DocumentSchema {
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
      ]), optional: joined(remarks, arithmetic))

  private static let deepPrompts: (required: Members, optional: Members) = (
    [
      ("prompt", .text), ("method", .text),
      ("vectors", .list(.object(joined(decodedVector, [("layer", .integer)])))),
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
}
