import PromptLensFiles
import Foundation
import PromptLensJSONDocuments
import PromptLensTensors

/// Tensors in several files with an index, as in Hugging Face's large models.
///
/// The index (`model.safetensors.index.json`, `pytorch_model.bin.index.json`) gives the file next to it
/// that contains each tensor.
package struct ShardedTensors: StoredTensors {
  package let path: String
  private let shards: [any StoredTensors]
  /// The shard of each tensor.
  private let indices: [String: Int]

  /// The maximum number of shards in an index.
  private static let shardLimit = 1024

  /// Returns a Boolean value that indicates whether a path has an index's name.
  package static func isIndex(_ path: String) -> Bool { path.hasSuffix(".index.json") }

  /// Opens an index and all of its shards.
  ///
  /// - Parameters:
  ///   - path: the index.
  ///   - open: opens one shard.
  /// - Throws: `JSONError` when the file isn't an index or names a shard that is missing or lies elsewhere,
  ///   ``TensorFileError`` when a shard lacks a tensor or holds one of another shard.
  package init(path: String, open: (String) throws -> any StoredTensors) throws {
    self.path = path
    let map = try JSONNode(contentsOf: path, limit: 16 << 20).node("weight_map", expected: "an object")
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    var named: [(tensor: String, shard: Int)] = []
    var numbers: [String: Int] = [:]
    var files: [String] = []
    for (tensor, value) in try map.object() {
      let node = JSONNode(source: path, path: "weight_map.\(tensor)", value: value)
      let file = try node.string()
      guard !file.isEmpty, !file.contains("/"), !file.contains("\\"), !file.contains("\0"), file != ".", file != ".."
      else { throw node.unexpected(expected: "the name of a file beside the index", found: "the path \(file)") }
      if let number = numbers[file] {
        named.append((tensor, number))
      } else {
        guard files.count < Self.shardLimit else {
          throw node.unexpected(expected: "one of at most \(Self.shardLimit) files", found: "one more")
        }
        named.append((tensor, files.count))
        guard FileManager.default.fileExists(atPath: "\(folder)/\(file)") else {
          throw node.unexpected(
            expected: "a file beside the index; download it too", found: "\(file), which is not there")
        }
        numbers[file] = files.count
        files.append(file)
      }
    }
    let shards = try files.map { try open("\(folder)/\($0)") }
    var indices: [String: Int] = [:]
    for (number, shard) in shards.enumerated() {
      for name in shard.storedNames {
        if let other = indices.updateValue(number, forKey: name) {
          throw TensorFileError.unexpected(
            path: path, object: name, expected: "a tensor of one shard",
            found: "both in \(files[other]) and in \(files[number])")
        }
      }
    }
    for (tensor, number) in named where indices[tensor] != number {
      throw TensorFileError.missing(
        path: shards[number].path, object: tensor, expected: "the tensor that the index says to be there")
    }
    self.shards = shards
    self.indices = indices
  }

  package var container: TensorContainer { .shards }
  package var paths: [String] { [path] + shards.flatMap(\.paths) }
  package var storedNames: [String] { indices.keys.sorted() }

  package func stored(_ name: String) -> StoredTensor? { indices[name].flatMap { shards[$0].stored(name) } }

  package func tensor(_ name: String) throws -> Tensor {
    guard let index = indices[name] else {
      throw TensorFileError.missing(path: path, object: name, expected: "a tensor of one of the index's shards")
    }
    return try shards[index].tensor(name)
  }

  package func releasePages() {
    for shard in shards { shard.releasePages() }
  }
}
