import PromptLensExperiments
import PromptLensReporting

extension ImageRemarks {
  /// Appends the number of images that were left out to a table of two columns; nothing where all were read.
  func append(to table: inout Table) {
    guard !skipped.isEmpty else { return }
    table.append("left out", "\(skipped.count.counting("image")) that cannot be read")
  }

  /// The remarks as a list for a report; nil where there are none.
  var block: Report.Block? {
    let leftOut = skipped.first.map {
      "\(skipped.count.counting("image")) cannot be read and \(skipped.count == 1 ? "was" : "were") left out, as \($0)"
    }
    let lines = notes + (leftOut.map { [$0] } ?? [])
    return lines.isEmpty ? nil : .list(lines)
  }
}
