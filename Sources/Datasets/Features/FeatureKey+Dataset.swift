import PromptLensFeatures
import PromptLensTensorFiles

extension FeatureKey {
  /// Creates the key of a split's images.
  ///
  /// - Parameters:
  ///   - modelFingerprint: the model's fingerprint.
  ///   - compute: the element type that the towers compute in.
  ///   - transform: a description of each image's transform.
  ///   - dataset: the images.
  ///   - split: the split.
  ///   - views: the views of each image.
  ///   - draw: the few-shot draw; nil for all images.
  ///   - shard: the part of the images.
  package init(
    modelFingerprint: String, compute: String, transform: String, dataset: Dataset, split: Split, views: Int,
    draw: FewShotDraw?, shard: Shard = .whole
  ) {
    self.init(
      modelFingerprint: modelFingerprint, compute: compute, transform: transform,
      listFingerprint: Self.fingerprint(of: dataset, split), listCount: dataset[split].count, split: split,
      views: views, draw: draw.map { "\($0.shots) shots, seed \($0.seed)" } ?? "none", shard: shard)
  }

  /// Returns a hash of a split's list. Lengths precede texts, so that different lists have different bytes.
  private static func fingerprint(of dataset: Dataset, _ split: Split) -> String {
    let hash = Fingerprint()
    for text in dataset.classNames { hash.add("\(text.utf8.count):\(text)") }
    for item in dataset[split] { hash.add("\(item.path.utf8.count):\(item.path)\(item.label);") }
    return hash.finish()
  }
}
