/// The amount of work in a pass over a prefix tree.
package struct TreeCost: Sendable, Equatable {
  /// Positions whose states are computed.
  package let rows: Int
  /// Rows that all chunks share.
  package let trunkRows: Int
  /// Pieces that workers take.
  package let chunks: Int
  /// Floating-point operations of the forward pass's matrix products; the backward pass does as many.
  package let operations: Int

  init(_ partition: TreePartition, _ configuration: TransformerConfiguration, _ embedDimension: Int) {
    let parts = [partition.trunk] + partition.chunks
    let (width, mlpWidth) = (configuration.width, configuration.mlpWidth)
    rows = parts.reduce(0) { $0 + $1.rows.count }
    trunkRows = partition.trunk.rows.count
    chunks = partition.chunks.count
    let ends = partition.endCount
    let wholeRow = 4 * width * width + 2 * width * mlpWidth
    let products =
      (configuration.layers - 1) * rows * wholeRow + rows * 2 * width * width
      + ends * (2 * width * width + 2 * width * mlpWidth + width * embedDimension)
    operations = 2 * products
  }
}
