import PromptLensExperiments
import PromptLensPrompts
import PromptLensDatasets
import PromptLensEvaluation
import PromptLensTensors

/// A data set whose test images a prompt is measured on.
struct TransferDomain {
  let source: DataSource
  let dataset: Dataset
  /// The data set's own template, or "a photo of a {}.".
  let template: Template

  /// A name that a column has room for.
  let name: String

  /// Reads a data set's lists.
  ///
  /// - Parameters:
  ///   - source: the data set.
  ///   - name: what columns call it.
  /// - Throws: what reading throws, and `DatasetError` when there are no test images.
  init(_ source: DataSource, name: String? = nil) throws {
    self.source = source
    self.name = name ?? source.portableName
    dataset = try source.dataset()
    _ = try dataset.items(of: .test)
    template = try dataset.template.map { try Template($0) } ?? .photo
  }

  /// Data sets by names that columns have room for: those of domains alone, photo and sketch, where they tell all apart.
  static func read(_ sources: [DataSource]) throws -> [TransferDomain] {
    let short = sources.map { source in
      let parts = source.portableName.split(separator: "?", maxSplits: 1)
      let values = parts.count > 1 ? parts[1].split(separator: "&").map { $0.drop { $0 != "=" }.dropFirst() } : []
      return values.isEmpty ? source.portableName : values.joined(separator: " ")
    }
    let areDistinct = Set(short).count == short.count
    return try zip(sources, short).map { try TransferDomain($0, name: areDistinct ? $1 : nil) }
  }

  var classes: ClassMatching.Classes { dataset.classes(owner: source.description) }
}

extension Dataset {
  /// The classes as they are matched with others'.
  func classes(owner: String) -> ClassMatching.Classes {
    ClassMatching.Classes(owner: owner, names: classNames, identifiers: classIdentifiers)
  }
}

/// A source and a target among the classes that both have, to compare like with like.
struct TransferPair {
  let target: TransferDomain
  /// The prompt's classes that both have, ascending: the ways.
  let shared: [Int]
  /// The source's test images of those classes, by their places among them.
  let sourceImages: TestFeatures
  /// The target's.
  let targetImages: TestFeatures
  /// The target's classes, and test images, that are left out.
  let leftOut: (classes: Int, images: Int)

  /// Restricts a source and a target to the classes that both have.
  ///
  /// - Parameters:
  ///   - target: the target.
  ///   - targetPlaces: for each of its classes the prompt's.
  ///   - targetImages: its test images.
  ///   - sourcePlaces: for each of the source's classes the prompt's.
  ///   - sourceImages: its test images.
  ///   - classNames: the prompt's classes.
  /// - Throws: `TensorError` when no memory can be had.
  init(
    target: TransferDomain, _ targetPlaces: [Int?], _ targetImages: TestFeatures, _ sourcePlaces: [Int?],
    _ sourceImages: TestFeatures, classNames: [String]
  ) throws {
    let shared = Self.shared(targetPlaces, sourcePlaces)
    let ways = Dictionary(uniqueKeysWithValues: shared.enumerated().map { ($0.element, $0.offset) })
    let names = shared.map { classNames[$0] }
    func restricted(_ images: TestFeatures, _ places: [Int?]) throws -> TestFeatures {
      try images.relabelled(places.map { $0.flatMap { ways[$0] } }, classNames: names)
    }
    self.target = target
    self.shared = shared
    self.sourceImages = try restricted(sourceImages, sourcePlaces)
    self.targetImages = try restricted(targetImages, targetPlaces)
    leftOut = (
      targetPlaces.count { $0.flatMap { ways[$0] } == nil }, targetImages.count - self.targetImages.count
    )
  }

  /// The prompt's classes that both a target and a source have.
  static func shared(_ target: [Int?], _ source: [Int?]) -> [Int] {
    Set(target.compactMap { $0 }).intersection(source.compactMap { $0 }).sorted()
  }
}
