extension FeatureStore {
  /// Merges the shards of one extraction into a store.
  ///
  /// - Parameters:
  ///   - shards: all shards, in any order.
  ///   - path: the file to write.
  ///   - toolVersion: the version of the program, for the record.
  /// - Returns: the merged store.
  /// - Throws: ``FeatureError/badShards(reason:)`` when one is missing, repeated or belongs to another extraction; the
  ///   errors of writing.
  @discardableResult
  package static func merge(_ shards: [FeatureStore], to path: String, toolVersion: String) throws -> FeatureStore {
    func bad(_ reason: String) -> FeatureError { .badShards(reason: reason) }
    guard let first = shards.first else { throw bad("none were given") }
    var whole = first.key
    whole.shard = .whole
    for shard in shards.dropFirst() {
      var key = shard.key
      key.shard = .whole
      let differences = key.differences(from: whole, location: "in \(first.path)")
      guard differences.isEmpty, shard.width == first.width else {
        throw bad("\(shard.path) was made with \(differences.joined(separator: ", and "))")
      }
    }
    let count = first.key.shard.count
    var byIndex: [Int: FeatureStore] = [:]
    for shard in shards {
      guard shard.key.shard.count == count else {
        throw bad("\(shard.path) is \(shard.key.shard) and \(first.path) is \(first.key.shard)")
      }
      if let other = byIndex.updateValue(shard, forKey: shard.key.shard.index) {
        throw bad("\(other.path) and \(shard.path) are both \(shard.key.shard)")
      }
    }
    if let absent = (0..<count).first(where: { byIndex[$0] == nil }) {
      throw bad("\(absent + 1)/\(count) is missing of \(count) shards")
    }
    var contents = FeatureStoreContents(
      key: whole, data: first.data, template: first.template, toolVersion: toolVersion, classNames: first.classNames,
      width: first.width)
    for shard in (0..<count).compactMap({ byIndex[$0] }) {
      contents.features.append(shard.features)
      contents.labels += shard.labels
      contents.indices += shard.indices
      contents.paths += shard.paths
      contents.contentHashes += shard.contentHashes
      contents.fileBytes += shard.fileBytes
      contents.skipped += shard.skipped
      contents.notes += shard.notes.filter { !contents.notes.contains($0) }
    }
    try contents.write(to: path, checked: true)
    return try open(path)
  }
}
