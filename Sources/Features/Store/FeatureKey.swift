import PromptLensTensorFiles

/// The identity of features: two stores with equal keys hold the same numbers.
package struct FeatureKey: Sendable, Equatable {
  /// The model's fingerprint; see `ModelManifest`.
  package var modelFingerprint: String
  /// The element type that the towers computed in: `f32` or `bf16`.
  package var compute: String
  /// The transform of each image, in words and numbers.
  package var transform: String
  /// The SHA-256 of the split's paths, labels and class names.
  package var listFingerprint: String
  /// The number of images in the split.
  package var listCount: Int
  /// The split.
  package var split: Split
  /// The number of views of each image.
  package var views: Int
  /// The few-shot draw, `16 shots, seed 1`, or `none`.
  package var draw: String
  /// The part of the images.
  package var shard: Shard

  /// Creates a key; each parameter is explained at its property.
  package init(
    modelFingerprint: String, compute: String, transform: String, listFingerprint: String, listCount: Int,
    split: Split, views: Int, draw: String, shard: Shard
  ) {
    self.modelFingerprint = modelFingerprint
    self.compute = compute
    self.transform = transform
    self.listFingerprint = listFingerprint
    self.listCount = listCount
    self.split = split
    self.views = views
    self.draw = draw
    self.shard = shard
  }

  /// The key as named texts, in the order for reporting differences.
  var fields: [(name: String, meaning: String, value: String)] {
    [
      ("model_fingerprint", "the model", modelFingerprint), ("compute", "the arithmetic", compute),
      ("transform", "the transform", transform), ("split", "the split", split.rawValue),
      ("views", "the number of views", "\(views)"), ("draw", "the few-shot draw", draw),
      ("list_count", "the number of images in the split", "\(listCount)"),
      ("list_fingerprint", "the list of images and classes", listFingerprint), ("shard", "the shard", "\(shard)"),
    ]
  }

  /// The names of fields that are numbers in a store; earlier versions wrote them as texts.
  static let numbers: Set = ["views", "list_count"]

  /// 64 hexadecimal digits that differ when the keys do: a name for the store.
  ///
  /// The transform is hashed in its first spelling, so that existing stores and runs keep their names.
  package var identifier: String {
    let hash = Fingerprint()
    for field in fields {
      let value = field.name == "transform" ? field.value.replacing("center crop", with: "centre crop") : field.value
      hash.add("\(field.name):\(value.utf8.count):\(value);")
    }
    return hash.finish()
  }

  /// Creates the key of named texts; nil when one is missing or invalid. Both spellings of the center crop are read.
  init?(fields: (String) -> String?) {
    guard let model = fields("model_fingerprint"), let compute = fields("compute"), let transform = fields("transform"),
      let split = fields("split").flatMap(Split.init(rawValue:)), let views = fields("views").flatMap({ Int($0) }),
      let draw = fields("draw"), let count = fields("list_count").flatMap({ Int($0) }),
      let list = fields("list_fingerprint"), let shard = fields("shard").flatMap({ try? Shard($0) })
    else { return nil }
    modelFingerprint = model
    self.compute = compute
    self.transform = transform.replacing("centre crop", with: "center crop")
    listFingerprint = list
    listCount = count
    self.split = split
    self.views = views
    self.draw = draw
    self.shard = shard
  }

  /// Returns the differences between this key and another, a clause for each difference.
  ///
  /// - Parameters:
  ///   - other: the other key.
  ///   - location: the location of the other key, to end a clause with: "the split test where train is …".
  /// - Returns: the clauses; empty for equal keys.
  func differences(from other: FeatureKey, location: String = "asked for") -> [String] {
    func short(_ text: String) -> String { text.count == 64 && !text.contains(" ") ? "\(text.prefix(12))…" : text }
    let differing = zip(fields, other.fields).filter { $0.value != $1.value }
    // Another split has another list; another number of images is another list.
    let names = Set(differing.map(\.0.name))
    return differing.filter { found, _ in
      switch found.name {
      case "list_count": !names.contains("split")
      case "list_fingerprint": !names.contains("split") && !names.contains("list_count")
      default: true
      }
    }.map { "\($0.meaning) \(short($0.value)) where \(short($1.value)) is \(location)" }
  }
}
