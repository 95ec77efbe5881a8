import PromptLensDatasets
import PromptLensFeatures
import PromptLensTensors

extension FeatureStore {
  /// Returns the preparation of the images' views as pixels, for prompts in the image tower.
  ///
  /// - Parameters:
  ///   - dataset: the data set that the features were computed of.
  ///   - split: the split.
  ///   - model: the model.
  ///   - reading: how image files are read.
  ///   - views: the number of views to choose among, 1 for the center crop; nil for another view in every epoch.
  ///   - seed: the seed of the views.
  /// - Returns: the preparation, which decodes images anew each time.
  /// - Throws: the errors of making the transform.
  func pixels(
    in dataset: Dataset, split: Split, model: OpenedModel, reading: ImageReading, views: Int?, seed: Int
  ) throws -> LabeledFeatures.Pixels {
    let transform = try model.evaluationTransform(reading)
    let size = model.configuration.image.inputSize
    let (indices, appliesOrientation) = (indices, reading.appliesOrientation)
    let hashes = contentHashes.map { $0.isEmpty ? nil : $0 }
    let files = indices.map { dataset.file(of: dataset[split][$0]) }
    let (corruption, names) = (dataset.corruption, indices.map { dataset[split][$0].path })
    return LabeledFeatures.Pixels(views: views) { images, chosen in
      let count = 3 * size.count
      let pixels = FloatBuffer(uninitialized: images.count * count)
      try Parallel.forEach(images.count) { row in
        let image = images[row]
        let loader = ViewLoader(
          files: [files[image]], contentHashes: [hashes[image]], indices: [indices[image]],
          views: views == 1 ? .center : .crops(chosen[row]..<chosen[row] + 1, seed: seed), transform: transform,
          appliesOrientation: appliesOrientation, corruption: corruption, names: [names[image]])
        try loader.write(
          loader.decode(loader.read(0), of: 0), of: 0, row: 0,
          to: UnsafeMutableBufferPointer(start: pixels.pointer + row * count, count: count))
      }
      return try Tensor(pixels, shape: [images.count, 3, size.height, size.width], name: "pixels")
    }
  }
}
