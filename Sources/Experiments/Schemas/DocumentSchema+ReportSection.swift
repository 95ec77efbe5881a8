// Sections of the report.

extension DocumentSchema {
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
    ), ("folded", .boolean), ("root", .text),
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
