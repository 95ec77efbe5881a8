import PromptLensCLIP
import PromptLensDatasets
import PromptLensFeatures
import PromptLensImages
import PromptLensInterpretation
import PromptLensTensors

/// Images whose patches are looked through.
package struct PatchImages: Sendable {
  /// The data set.
  package var source: DataSource
  /// The folder that the paths of a list start from; nil for the list's own.
  package var root: String?
  /// The way in which image files are read.
  package var reading: ImageReading

  /// Creates a request.
  package init(source: DataSource, root: String? = nil, reading: ImageReading = ImageReading()) {
    self.source = source
    self.root = root
    self.reading = reading
  }
}

/// The patches of real images nearest to the tokens of the image tower, block by block.
package struct PatchAnalysis: Sendable {
  /// The data set.
  package let data: String
  /// The split.
  package let split: Split
  /// The number of the split's images.
  package let available: Int
  /// The paths of the images that were looked through.
  package let paths: [String]
  /// The files of these images.
  package let files: [String]
  /// The number of rows and columns of patches.
  package let grid: PixelSize
  /// The patches of each token.
  package let readings: [PatchReading]
  /// The number of random directions, and of mixtures.
  package let nullCount: Int
  /// The remarks on the images.
  package let remarks: ImageRemarks

  /// The most images that are looked through, evenly spaced.
  private static let imageLimit = 128
  /// The images that the mean patch and mixtures are of.
  private static let sampleSize = 16
  /// The number of random directions, and of mixtures: with 48 tokens, a corrected probability below 0.01 can be shown if
  /// none of them is as near.
  private static let nulls = 5000

  /// The row of a patch, from 1.
  package func row(of neighbor: PatchNeighbor) -> Int { neighbor.patch / max(grid.width, 1) + 1 }
  /// The column of a patch, from 1.
  package func column(of neighbor: PatchNeighbor) -> Int { neighbor.patch % max(grid.width, 1) + 1 }

  /// Looks through images.
  ///
  /// - Parameters:
  ///   - images: the images, of the split for tests if there is one.
  ///   - prompt: the prompts, with some in the image tower.
  ///   - top: the number of patches for each token.
  ///   - seed: the seed of the controls.
  ///   - observer: the receiver of progress and notes.
  /// - Throws: the errors of reading images.
  init(
    of images: PatchImages, for prompt: LearnedDeepPrompt, top: Int, seed: UInt64, observer: ExperimentObserver
  ) throws {
    let dataset = try images.source.dataset(root: images.root)
    dataset.reportNotes(to: observer)
    split = [Split.test, .val, .train].first { !dataset[$0].isEmpty } ?? .test
    let items = try dataset.items(of: split)
    data = images.source.description
    available = items.count
    let chosen = EvenlySpaced.indices(items.count, limit: Self.imageLimit).map { items[$0] }
    if chosen.count < items.count {
      observer.note("note: searching the patches of \(chosen.count) of the \(items.count) images, evenly spaced")
    }
    let encoder = try prompt.model.clip.imageEncoder()
    guard case .visionTransformer(let vision) = prompt.model.configuration.image else {
      throw CLIPError.noImagePrompts(tower: prompt.model.configuration.image.summary)
    }
    grid = vision.grid
    let pixels = try CenterPixels(of: chosen, in: dataset, model: prompt.model, reading: images.reading)
    @Sendable func patches(of image: Int) throws -> [Int: FloatBuffer]? {
      try pixels.pixels(image).map { try encoder.patchStates($0.pointer) }
    }
    let progress = observer.begin("patches", total: chosen.count, unit: "images")
    let tokens = encoder.promptTokens.sorted { $0.key < $1.key }
    let sample = try Parallel.map(min(chosen.count, Self.sampleSize)) { try patches(of: $0) ?? [:] }.filter {
      !$0.isEmpty
    }
    guard !sample.isEmpty else {
      throw DatasetError.unreadableImages(
        total: chosen.count, problems: chosen.prefix(Self.sampleSize).map(\.path), areMissing: false)
    }
    var searches = try Parallel.map(tokens.count) { index in
      let (block, values) = tokens[index]
      return try PatchSearch(
        block: block, prompts: values, sample: sample.compactMap { $0[block] },
        width: vision.transformer.width, nullCount: Self.nulls, top: top, seed: seed &+ UInt64(block))
    }
    var skipped: [String] = []
    let batch = max(Parallel.threadCount, 1) * 4
    for start in stride(from: 0, to: chosen.count, by: batch) {
      let range = start..<min(start + batch, chosen.count)
      let now = searches
      let found = try Parallel.map(range.count) { index -> [PatchSearch.Finding] in
        guard let states = try patches(of: range.lowerBound + index) else { return [] }
        return try now.compactMap { search in try states[search.block].map { try search.look(through: $0) } }
      }
      for (index, findings) in found.enumerated() {
        if findings.isEmpty { skipped.append(chosen[range.lowerBound + index].path) }
        for (search, finding) in findings.enumerated() {
          searches[search].add(finding, image: range.lowerBound + index)
        }
        progress.advance()
      }
    }
    progress.finish()
    observer.noteSkipped(skipped, of: chosen.count)
    paths = chosen.map(\.path)
    files = chosen.map { dataset.file(of: $0) }
    readings = PatchReading.all(of: searches)
    nullCount = Self.nulls
    remarks = .joined([ImageRemarks(dataset), ImageRemarks(skipped: skipped)])
  }
}
