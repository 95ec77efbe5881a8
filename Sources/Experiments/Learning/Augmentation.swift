/// The augmentation of training images over epochs.
package enum Augmentation: String, CaseIterable {
  /// Several random crops of each image are encoded once, and every epoch uses one of them.
  case views
  /// A new random crop of each image is encoded at every epoch, as in the reference.
  case online
}
