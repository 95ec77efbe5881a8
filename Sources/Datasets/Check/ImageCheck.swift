import PromptLensFeatures
import PromptLensFiles
import PromptLensImages
import PromptLensTensorFiles
import PromptLensTensors

/// The findings of decoding every image of a data set.
package struct ImageCheck: Sendable {
  /// An image in its place.
  package struct Place: Sendable, Equatable {
    /// The path, as the list gives it.
    package let path: String
    /// The split that lists it.
    package let split: Split
    /// The name of its class.
    package let className: String
  }

  /// An image that cannot be read.
  package struct Unreadable: Sendable, Equatable {
    /// The image.
    package let image: Place
    /// The reason, as a clause.
    package let reason: String
    /// A Boolean value that indicates whether the file ends before its picture does.
    package let isTruncated: Bool
  }

  /// An image whose name ends as another format's does.
  package struct Misnamed: Sendable, Equatable {
    /// The image.
    package let image: Place
    /// The format of the content.
    package let format: ImageFormat
  }

  /// An image with few pixels.
  package struct Small: Sendable, Equatable {
    /// The image.
    package let image: Place
    /// Columns.
    package let width: Int
    /// Rows.
    package let height: Int
  }

  /// A group of images that show the same.
  package struct Group: Sendable, Equatable {
    /// The images, in the order of the list.
    package let images: [Place]

    /// A Boolean value that indicates whether they count as different classes.
    package var spansClasses: Bool { images.contains { $0.className != images[0].className } }
    /// A Boolean value that indicates whether training and test images are among them: a leak.
    package var spansSplits: Bool { images.contains { $0.split != images[0].split } }
  }

  /// The shorter side in pixels below which an image is said to be small.
  package static let smallestSide = 32

  /// The number of images that were decoded.
  package let decoded: Int
  /// Images that cannot be read, missing ones left out.
  package let unreadable: [Unreadable]
  /// Images whose content is another format's than the ending of their name.
  package let misnamed: [Misnamed]
  /// Groups of images with the same pixels.
  package let duplicates: [Group]
  /// Groups of images that look alike, one of each group of duplicates among them.
  package let nearDuplicates: [Group]
  /// Images whose shorter side is below ``smallestSide``.
  package let small: [Small]
  /// The number of images in each mode.
  package let modes: [PixelMode: Int]

  /// Decodes every image that is there.
  ///
  /// - Parameters:
  ///   - dataset: the list.
  ///   - finished: called after each image, on any thread.
  /// - Throws: no errors of single images, which become findings.
  package init(_ dataset: Dataset, finished: @escaping @Sendable () -> Void = {}) throws {
    let listed = Self.listed(dataset)
    let facts = try Parallel.map(listed.count) { index in
      defer { finished() }
      return ImageFacts(path: dataset.file(of: listed[index].item))
    }
    func places(of indices: [Int]) -> Group { Group(images: indices.map { listed[$0].place }) }

    var unreadable: [Unreadable] = []
    var misnamed: [Misnamed] = []
    var small: [Small] = []
    var modes: [PixelMode: Int] = [:]
    var samePixels: [String: [Int]] = [:]
    for (index, facts) in facts.enumerated() {
      let image = listed[index].place
      switch facts {
      case .missing: break
      case .unreadable(let reason, let isTruncated):
        unreadable.append(Unreadable(image: image, reason: reason, isTruncated: isTruncated))
      case .decoded(let picture):
        if picture.isMisnamed { misnamed.append(Misnamed(image: image, format: picture.format)) }
        if min(picture.width, picture.height) < Self.smallestSide {
          small.append(Small(image: image, width: picture.width, height: picture.height))
        }
        modes[picture.mode, default: 0] += 1
        samePixels[picture.pixels, default: []].append(index)
      }
    }
    decoded = modes.values.reduce(0, +)
    self.unreadable = unreadable
    self.misnamed = misnamed
    self.small = small
    self.modes = modes
    let groups = samePixels.values.sorted { $0[0] < $1[0] }
    duplicates = groups.filter { $0.count > 1 }.map(places)
    let hashes = groups.compactMap { group in
      if case .decoded(let picture) = facts[group[0]] { (group[0], picture.appearance) } else { nil }
    }
    nearDuplicates = NearDuplicateSearch.groups(of: hashes.map(\.1)).map { group in
      places(of: group.map { hashes[$0].0 })
    }
  }

  /// Returns the images of all splits; one list that serves as both validation and test counts once.
  private static func listed(_ dataset: Dataset) -> [(place: Place, item: Dataset.Item)] {
    Split.allCases.filter { !(dataset.validatesOnTest && $0 == .val) }.flatMap { split in
      dataset[split].map { item in
        (Place(path: item.path, split: split, className: dataset.classNames[item.label]), item)
      }
    }
  }

  /// Returns the number of images that ``init(_:finished:)`` decodes.
  package static func count(of dataset: Dataset) -> Int { listed(dataset).count }
}
