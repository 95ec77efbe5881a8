/// The amount of work in a pass over a prefix tree.
package struct TreeCost: Sendable, Equatable {
  /// The number of positions whose states are computed.
  package let rows: Int
  /// The number of rows that all chunks share.
  package let trunkRows: Int
  /// The number of pieces for workers.
  package let chunks: Int
  /// The number of floating-point operations in the forward pass's matrix products, equal to the backward pass's.
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
