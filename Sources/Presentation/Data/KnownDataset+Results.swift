import PromptLensDatasets
import PromptLensJSONDocuments
import PromptLensReporting

extension KnownDataset {
  /// All known data sets, with their sources.
  package static var results: Results {
    var table = Table(
      columns: [.text("name"), .number("classes"), .text("template"), .text("folder"), .text("layout")])
    var csv = Table(
      columns: [
        .text("name"), .text("title"), .number("classes"), .text("template"), .text("folder"), .text("layout"),
        .text("source"),
      ])
    var sources = Table(columns: [.text("name"), .text("source")])
    for known in KnownDataset.all {
      table.append(known.key, "\(known.classCount)", known.template, known.folder, known.layoutDescription)
      csv.append(
        known.key, known.title, "\(known.classCount)", known.template, known.folder, known.layoutDescription,
        known.source)
      sources.append(known.key, known.source)
    }
    let json = JSON.array(
      KnownDataset.all.map { known in
        [
          "name": .string(known.key), "title": .string(known.title), "classes": JSON(known.classCount),
          "template": .string(known.template), "folder": .string(known.folder),
          "layout": .string(known.layoutDescription), "source": .string(known.source),
        ]
      })
    return Results(json: json, tables: [table, sources], csv: csv)
  }
}
