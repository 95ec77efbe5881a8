import PromptLensReporting

extension InterpretationDocument {
  /// The section of a report on a folder of an earlier version, which holds no tables and charts as data.
  var section: Report.Section {
    Report.Section(
      "Interpretation", findings: findings,
      blocks: [
        .facts([
          ("prompt", prompt), ("data", "\(data), \(split)"), ("images", images.grouped),
          ("accuracy", accuracy.percentage), ("zero-shot accuracy", zeroShotAccuracy.percentage),
        ]),
        .text(
          "An earlier version of promptlens wrote this folder without the data of its tables and charts; promptlens "
            + "interpret with the same options writes them when it is run again."),
      ],
      doubts: omissions)
  }
}
