/// The preparation of pictures for an image tower: resize, center crop, rescaling of bytes, normalization.
///
/// The steps are taken in this order by all software that publishes CLIPs; a step that is left out is `none`, nil, or a
/// factor of 1 or a mean of 0 and a deviation of 1. Writers differ in the rounding of sides and crops, which `Resize`
/// and `CropRounding` name.
///
/// Sources: OpenAI's `clip._transform`; open_clip 3.3, `transform.py`; transformers 5.24, `CLIPImageProcessorPil`.
package struct Preprocessing: Sendable, Equatable {
  /// A rule for the size that the whole picture is resized to.
  package enum Resize: Sendable, Equatable {
    /// The picture keeps its size.
    case none
    /// The shorter side becomes `shortest` and the longer one keeps the ratio, cut to whole pixels; where it would
    /// exceed `longest`, both sides are scaled down to that.
    case shortestEdge(Int, longest: Int? = nil)
    /// Exactly this size, whatever the picture's ratio.
    case exact(PixelSize)
    /// The smallest size of the picture's ratio that covers this one, sides rounded half to even.
    case covering(PixelSize)
    /// The largest size of the picture's ratio that fits inside this one, sides rounded half to even.
    case inside(PixelSize)
  }

  /// A rule for a crop's first row and column where half of the rest is not a whole number.
  package enum CropRounding: String, Sendable, CaseIterable {
    /// Half to even, as Python rounds; a picture that is too small gets the smaller half of its border left and above:
    /// torchvision and open_clip.
    case halfToEven = "half_to_even"
    /// Down; a picture that is too small gets the larger half left and above: transformers.
    case down
  }

  /// The size that the whole picture is resized to.
  package var resize: Resize
  /// The filter that it is resized with.
  package var filter: ResampleFilter
  /// The size of the center that is cut out; a smaller picture gets a border. Nil for the whole picture.
  package var crop: PixelSize?
  /// The rounding of the crop's position.
  package var cropRounding: CropRounding
  /// The value of a border's pixels in all channels.
  package var fill: UInt8
  /// The factor that bytes are multiplied by; 1 leaves them as they are.
  package var rescaleFactor: Double
  /// The mean of red, green and blue, which is subtracted from rescaled values.
  package var mean: [Float]
  /// The standard deviation of red, green and blue, by which the difference is divided.
  package var standardDeviation: [Float]

  /// Creates a preprocessing; each parameter is explained at its property.
  package init(
    resize: Resize, filter: ResampleFilter = .bicubic, crop: PixelSize?, cropRounding: CropRounding = .halfToEven,
    fill: UInt8 = 0, rescaleFactor: Double = byteScale, mean: [Float] = openAIMean,
    standardDeviation: [Float] = openAIStandardDeviation
  ) {
    self.resize = resize
    self.filter = filter
    self.crop = crop
    self.cropRounding = cropRounding
    self.fill = fill
    self.rescaleFactor = rescaleFactor
    self.mean = mean
    self.standardDeviation = standardDeviation
  }

  /// The factor that takes bytes to numbers from 0 to 1.
  package static let byteScale = 1.0 / 255
  /// The mean that OpenAI trained with; most of open_clip's models and Hugging Face's share it.
  package static let openAIMean: [Float] = [0.48145466, 0.4578275, 0.40821073]
  /// The standard deviation that OpenAI trained with.
  package static let openAIStandardDeviation: [Float] = [0.26862954, 0.26130258, 0.27577711]

  /// Makes OpenAI's preprocessing for an image tower.
  ///
  /// - Parameter size: the tower's input; for one that is not a square, the rule is open_clip's.
  /// - Returns: the shorter side to the tower's by the bicubic filter, the center cut out, OpenAI's mean and deviation.
  package static func openAI(_ size: PixelSize) -> Preprocessing {
    Preprocessing(resize: size.isSquare ? .shortestEdge(size.height) : .covering(size), crop: size)
  }

  /// Returns a Boolean value that indicates whether pictures are resized, cropped and rescaled as by OpenAI's code, up
  /// to the rounding of the crop's position; mean and deviation may be any.
  package func resizesLikeOpenAI(_ size: PixelSize) -> Bool {
    var other = Preprocessing.openAI(size)
    other.mean = mean
    other.standardDeviation = standardDeviation
    other.cropRounding = cropRounding
    // Nothing is filled where the picture covers the crop.
    other.fill = fill
    return self == other
  }

  /// The size of every picture afterward; nil where it depends on the picture.
  package var outputSize: PixelSize? {
    if let crop { return crop }
    if case .exact(let size) = resize { return size }
    return nil
  }
}

// MARK: - Ranges

extension Preprocessing {
  /// The largest side that a resize or a crop may have.
  package static let largestSide = 8192

  /// The first setting outside its range, with the range and the value found; nil when all can be computed with.
  package var problem: (setting: String, expected: String, found: String)? {
    let sides = 1...Self.largestSide
    func outside(_ size: PixelSize) -> String? {
      sides.contains(size.height) && sides.contains(size.width) ? nil : "\(size)"
    }
    let resized: String? =
      switch resize {
      case .none: nil
      case .shortestEdge(let side, let longest):
        if !sides.contains(side) {
          "\(side)"
        } else if let longest, longest <= side {
          "a shortest edge of \(side) with a longest edge of \(longest)"
        } else {
          nil
        }
      case .exact(let size), .covering(let size), .inside(let size): outside(size)
      }
    if let resized { return ("the resize", "sides from 1 to \(Self.largestSide), the longest the greater", resized) }
    if let found = crop.flatMap(outside) { return ("the crop", "sides from 1 to \(Self.largestSide)", found) }
    guard rescaleFactor.isFinite, rescaleFactor > 0 else {
      return ("the rescale factor", "a positive number", "\(rescaleFactor)")
    }
    guard mean.count == 3, mean.allSatisfy(\.isFinite) else { return ("mean", "three finite numbers", "\(mean)") }
    guard standardDeviation.count == 3, standardDeviation.allSatisfy({ $0.isFinite && $0 > 0 }) else {
      return ("standard deviation", "three positive numbers", "\(standardDeviation)")
    }
    return nil
  }
}
