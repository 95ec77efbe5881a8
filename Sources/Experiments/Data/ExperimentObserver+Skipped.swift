extension ExperimentObserver {
  /// The images that a note lists.
  private static let listedImages = 20

  /// Notes images that were left out because they cannot be read.
  ///
  /// - Parameters:
  ///   - images: their paths, or sentences that begin with them.
  ///   - total: the number of images, those among them.
  package func noteSkipped(_ images: [String], of total: Int) {
    guard !images.isEmpty else { return }
    note("\(images.count) of \(total) images cannot be read and are left out:")
    for image in images.prefix(Self.listedImages) { note("  \(image)") }
    if images.count > Self.listedImages { note("  … and \(images.count - Self.listedImages) more") }
  }
}
