// The streams of the program, with the words of each counter. Existing files depend on them: never change a layout, add
// another instead.
extension RandomStream {
  /// The purposes of random numbers in learning, each with its own stream in every epoch.
  package enum LearningPurpose: UInt32, Sendable {
    /// The context before the first step.
    case context = 1
    /// The order of the images.
    case order
    /// The view of each image.
    case views
    /// Other parameters before the first step, and random class names.
    case parameters
  }

  /// Returns the numbers of a purpose in an epoch, which are the same for a resumed run.
  ///
  /// The counter is (block, 0, purpose, epoch).
  package static func learning(_ purpose: LearningPurpose, seed: Int, epoch: Int = 0) -> RandomStream {
    RandomStream(
      seed: UInt64(bitPattern: Int64(seed)),
      counter: SIMD4(0, 0, purpose.rawValue, UInt32(truncatingIfNeeded: epoch)))
  }

  /// Returns the numbers of one view of an image, independent of the threads and of the order of views.
  ///
  /// The counter is (block, view, low half of the image, high half of the image).
  ///
  /// - Parameters:
  ///   - view: the view's index among the image's.
  ///   - image: the image's index in its split.
  ///   - seed: the seed of the whole augmentation.
  /// - Returns: the stream.
  package static func view(_ view: Int, ofImage image: Int, seed: Int) -> RandomStream {
    RandomStream(
      seed: UInt64(bitPattern: Int64(seed)),
      counter: SIMD4(
        0, UInt32(truncatingIfNeeded: view), UInt32(truncatingIfNeeded: image), UInt32(truncatingIfNeeded: image >> 32))
    )
  }

  /// The purposes of random numbers in label noise.
  package enum NoisePurpose: UInt32, Sendable {
    /// The images of a class that change, and the classes that they get.
    case images
    /// The order of the classes of false positives, and the drawn images.
    case falsePositives
  }

  /// Returns the numbers of one image of a draw: the noise of a higher rate makes the changes of a lower one, and more.
  ///
  /// The counter is (image, purpose, 0 for training images and 1 for others, "nois"); there are two 64-bit numbers.
  package static func labelNoise(
    _ purpose: NoisePurpose, index: Int, isTraining: Bool, seed: Int
  ) -> RandomStream {
    RandomStream(
      seed: UInt64(bitPattern: Int64(seed)),
      counter: SIMD4(UInt32(truncatingIfNeeded: index), purpose.rawValue, isTraining ? 0 : 1, 0x6E6F_6973))
  }

  /// Returns the numbers of one resample of a bootstrap, four words for each four draws.
  ///
  /// The counter is (draw, 0, resample, "boot").
  package static func bootstrap(resample: Int, seed: UInt64) -> RandomStream {
    RandomStream(seed: seed, counter: SIMD4(0, 0, UInt32(truncatingIfNeeded: resample), 0x626F_6F74), stride: 4)
  }

  /// Returns the numbers that part the words against unknown classes into groups.
  ///
  /// The counter is (block, 0, 0, "negw").
  package static func negativeWords(seed: UInt64) -> RandomStream {
    RandomStream(seed: seed, counter: SIMD4(0, 0, 0, 0x6E65_6777))
  }

  /// Returns the numbers of one corruption of an image, which depend on its path and not on other images.
  ///
  /// The counter is (block, 0, corruption, "corr"); the path's hash is added to the seed.
  ///
  /// - Parameters:
  ///   - code: a number for the kind and the severity.
  ///   - path: the image's path in its data.
  ///   - seed: the seed of all images.
  /// - Returns: the stream.
  package static func corruption(code: UInt32, path: String, seed: Int) -> RandomStream {
    // FNV-1a of 64 bits.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in path.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    return RandomStream(
      seed: hash &+ UInt64(bitPattern: Int64(seed)) &* 0x9E37_79B9_7F4A_7C15, counter: SIMD4(0, 0, code, 0x636F_7272))
  }

  /// Returns the numbers of the order in which images are adapted to.
  ///
  /// The counter is (block, 0, 0, "strm").
  package static func imageOrder(seed: Int) -> RandomStream {
    RandomStream(seed: UInt64(bitPattern: Int64(seed)), counter: SIMD4(0, 0, 0, 0x7374_726D))
  }

  /// Returns the numbers that part the images of domains.
  ///
  /// The counter is (block, 0, 0, "doma").
  package static func domainParts(seed: Int) -> RandomStream {
    RandomStream(seed: UInt64(bitPattern: Int64(seed)), counter: SIMD4(0, 0, 0, 0x646F_6D61))
  }

  /// Returns the numbers of a random order of an image's patches, the same for every image.
  ///
  /// The counter is (block, 0, order, "ptch").
  package static func patchOrder(_ order: Int) -> RandomStream {
    RandomStream(seed: 1, counter: SIMD4(0, 0, UInt32(truncatingIfNeeded: order), 0x7074_6368))
  }
}
