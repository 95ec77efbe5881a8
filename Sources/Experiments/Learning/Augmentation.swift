/// The way in which training images vary from epoch to epoch.
package enum Augmentation: String, CaseIterable {
  /// The features of some random crops of each image are kept, and every epoch sees one of them.
  case views
  /// A new random crop of each image goes through the image tower at every epoch, as in the reference.
  case online
}
