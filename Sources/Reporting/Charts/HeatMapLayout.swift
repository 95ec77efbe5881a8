/// The layout of a heat map's cells and labels.
struct HeatMapLayout {
  /// The left and right ends of the cells.
  let left: Double
  let right: Double
  /// The distance from the drawing's top to the cells.
  let top: Double
  let cell: (width: Double, height: Double)
  /// The number of rows from one label to the next.
  let rowStep: Int
  let columnStep: Int
  /// Whether the columns' labels read upward.
  let turned: Bool
  /// The longest label over a column.
  let columnLabel: Double
  private let rows: Int

  init(rows: [String], columns: [String], width: Double) {
    self.rows = rows.count
    let widest = rows.map { ChartText.width($0) }.max() ?? 0
    left = Sheet.margin + min(widest, width * 0.35) + 6
    let available = width - Sheet.margin - left
    // Limit the width of few columns, and make few cells square.
    let across = min(available / Double(max(columns.count, 1)), 64)
    cell = (across, min(max(across, 3), 24))
    right = width - Sheet.margin
    let widestColumn = columns.map { ChartText.width($0) }.max() ?? 0
    turned = widestColumn > across - 3
    columnLabel = turned ? min(widestColumn, 100) : across
    columnStep = turned ? Int((12 / across).rounded(.up)) : 1
    rowStep = Int((12 / cell.height).rounded(.up))
    top = 18 + (turned ? columnLabel : 11) + 4
  }

  var height: Double { top + Double(rows) * cell.height + 2 }

  /// The width of the rule between cells, if they are large enough.
  var gap: Double { cell.width > 6 && cell.height > 6 ? 1 : 0 }

  func x(_ column: Int) -> Double { left + Double(column) * cell.width }

  func y(_ row: Int) -> Double { top + Double(row) * cell.height }

  /// Returns a Boolean value that indicates whether a cell has room for a text.
  func holds(_ text: String) -> Bool {
    cell.height >= 13 && ChartText.width(text, size: 10) <= cell.width - 2
  }
}
