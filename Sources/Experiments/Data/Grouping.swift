import PromptLensDatasets
import PromptLensFeatures

/// A request to group images by columns of their list.
package struct Grouping: Sendable, Equatable {
  /// The columns.
  package var columns: [String]
  /// A table of the groups, for features whose list isn't at hand; nil to read their list.
  package var table: String?

  /// Creates a request.
  package init(columns: [String], table: String? = nil) {
    self.columns = columns
    self.table = table
  }

  /// The columns as one text.
  package var description: String { columns.joined(separator: ",") }

  /// Returns the group of each row of a plain array.
  ///
  /// - Throws: ``ExperimentError/noGroups(path:reason:)`` without a table; the errors of reading it.
  func groups(ofRows count: Int, of path: String) throws -> [String] {
    guard let table else {
      throw ExperimentError.noGroups(
        path: path, reason: "a plain array has no columns; give --group-table FILE.csv with a row for each of its rows")
    }
    let found = try GroupTable(contentsOf: table, columns: columns)
    guard found.groups.count == count else {
      throw ExperimentError.noGroups(
        path: table, reason: "it has \(found.groups.count) rows for the \(count) images of \(path)")
    }
    return found.groups
  }

  /// Returns the group of each image of stored features, by the table, or by the list that they were computed from.
  ///
  /// - Throws: ``ExperimentError/noGroups(path:reason:)`` when neither has every image; the errors of reading them.
  func groups(of store: FeatureStore) throws -> [String] {
    if let table {
      let found = try GroupTable(contentsOf: table, columns: columns)
      guard let paths = found.paths else { return try groups(ofRows: store.count, of: store.path) }
      let groups = Dictionary(zip(paths, found.groups)) { first, _ in first }
      return try store.paths.map { path in
        guard let group = groups[path] else {
          throw ExperimentError.noGroups(path: table, reason: "there is no row for \(path) of \(store.path)")
        }
        return group
      }
    }
    let dataset: Dataset
    do {
      dataset = try DataSource(store.data).keeping(attributes: columns).dataset()
    } catch let error as DatasetError {
      if case .missingColumn = error { throw error }
      throw unknown(store)
    } catch {
      throw unknown(store)
    }
    return try groups(of: store, in: dataset)
  }

  /// Returns the group of each image of stored features of a data set that was read with its columns.
  ///
  /// - Throws: ``ExperimentError/noGroups(path:reason:)`` when the data set has other images.
  func groups(of store: FeatureStore, in dataset: Dataset) throws -> [String] {
    let items = dataset[store.split]
    return try zip(store.indices, store.paths).map { index, path in
      guard items.indices.contains(index), items[index].path == path else {
        throw ExperimentError.noGroups(
          path: store.path, reason: "its list, \(store.data), has other images now; give --group-table FILE.csv")
      }
      return items[index].group
    }
  }

  private func unknown(_ store: FeatureStore) -> ExperimentError {
    .noGroups(
      path: store.path,
      reason: "its list, \(store.data), cannot be read from here; give --data, or --group-table FILE.csv with the "
        + "columns path and \(description)")
  }
}
