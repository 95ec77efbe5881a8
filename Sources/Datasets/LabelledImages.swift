/// Images with the class that each shows.
public struct LabelledImages: Sendable, Equatable {
  /// An image and its class.
  public struct Item: Sendable, Equatable {
    /// The image's file.
    public let path: String
    /// The place of its class in ``LabelledImages/classNames``.
    public let label: Int
  }

  /// The names of the classes, by label.
  public let classNames: [String]
  /// The images.
  public let items: [Item]
}
