import PromptLensImages
import PromptLensJSONDocuments
import PromptLensTensors
import TestSupport
import Testing

@Suite("Corruptions of pictures")
struct CorruptionTests {
  private static let side = Corruption.side

  /// The picture of `make_corruption_fixture.py`.
  private static let pixels: [UInt8] = {
    var pixels: [UInt8] = []
    for y in 0..<side {
      for x in 0..<side {
        let isOdd = (x / 8 + y / 8) % 2
        let red = (x * 255 / (side - 1) + isOdd * 60) % 256
        let green = (y * 200 / (side - 1) + (x * y / 64) % 48) % 256
        let distance = (x - 112) * (x - 112) + (y - 112) * (y - 112)
        pixels += [UInt8(red), UInt8(green), UInt8(distance / 100 % 256)]
      }
    }
    return pixels
  }()

  private static func corruption(_ text: String) throws -> Corruption {
    let parts = text.split(separator: ":")
    return try #require(
      CorruptionKind(name: String(parts[0])).flatMap { kind in
        Int(parts[1]).flatMap { Corruption(kind, severity: $0) }
      })
  }

  private static let expected = JSONFixture(path: Fixtures.path("corruptions/expected.json"))

  @Test("deterministic kinds equal the package imagecorruptions within a gray level")
  func deterministicKinds() throws {
    let document = try Self.expected.node()
    #expect(try document.integer("picture_sum") == Self.pixels.reduce(0) { $0 + Int($1) })
    for (name, _) in try document.object("exact") {
      let expected = try document.node("exact").array(name).map { try $0.integer() }
      var numbers = RandomStream.corruption(code: 0, path: "", seed: 1)
      let found = try Self.corruption(name).applied(
        to: Self.pixels, width: Self.side, height: Self.side, numbers: &numbers)
      var largest = 0
      for index in 0..<200 {
        let place = (37 * index % Self.side) * Self.side + 91 * index % Self.side
        for channel in 0..<3 {
          largest = max(largest, abs(Int(found[3 * place + channel]) - expected[3 * index + channel]))
        }
      }
      #expect(largest <= 1, "\(name): \(largest)")
    }
  }

  @Test("random kinds have the package's mean, deviation and energy in each octave")
  func randomKinds() throws {
    let document = try Self.expected.node()
    let names = try document.object("random").map(\.0)
    // Frost is like one of five photographs, which differ much.
    @Sendable func draws(_ name: String) -> Int { name.hasPrefix("frost") ? 100 : 12 }
    let results = try Parallel.map(names.count) { index -> [Double] in
      let corruption = try Self.corruption(names[index])
      var sums = [Double](repeating: 0, count: 8)
      let count = draws(names[index])
      for draw in 0..<count {
        var numbers = RandomStream.corruption(code: 7, path: "\(names[index]) \(draw)", seed: 3)
        let found = try corruption.applied(to: Self.pixels, width: Self.side, height: Self.side, numbers: &numbers)
        let measured = Self.mean(found) + Self.energies(found)
        for (place, value) in measured.enumerated() { sums[place] += value / Double(count) }
      }
      return sums
    }
    for (name, found) in zip(names, results) {
      let node = try document.node("random").node(name)
      let expected = [try node.number("mean"), try node.number("deviation")] + (try node.numbers("energies"))
      // Frost is drawn; clouds differ in their largest parts.
      let isFrost = name.hasPrefix("frost")
      let isCloud = name.hasPrefix("fog")
      let tolerance = isCloud ? 0.15 : 0.04
      #expect(abs(found[0] - expected[0]) < tolerance * expected[0], "\(name): mean \(found[0]), \(expected[0])")
      #expect(
        abs(found[1] - expected[1]) < (isCloud ? 0.15 : 0.08) * expected[1],
        "\(name): deviation \(found[1]), \(expected[1])")
      for octave in 2..<8 where expected[octave] > 1 {
        let ratio = found[octave] / expected[octave]
        let limit = isFrost ? (octave < 7 ? 1.45 : 1.6) : octave < 5 && !isCloud ? 1.25 : 1.6
        #expect(
          ratio < limit && ratio > 1 / limit, "\(name): octave \(octave - 2) \(found[octave]), \(expected[octave])")
      }
    }
  }

  @Test(
    "noise of each value has its distribution: moments and tails of the normal one, Poisson's variance, shares of salt")
  func noise() throws {
    let side = Self.side
    let gray = [UInt8](repeating: 128, count: 3 * side * side)
    let count = Double(gray.count)
    func draw(_ name: String) throws -> [Double] {
      var numbers = RandomStream.corruption(code: 9, path: name, seed: 5)
      return try Self.corruption(name).applied(to: gray, width: side, height: side, numbers: &numbers).map {
        // Values were cut off after the point.
        (Double($0) + 0.5) / 255
      }
    }
    func moment(_ values: [Double], _ power: Int) -> Double {
      let mean = values.reduce(0, +) / count
      return values.reduce(0) { sum, value in sum + (0..<power).reduce(1.0) { product, _ in product * (value - mean) } }
        / count
    }
    let normal = try draw("gaussian_noise:2")
    let deviation = moment(normal, 2).squareRoot()
    #expect(abs(deviation - 0.12) < 0.0012 && abs(normal.reduce(0, +) / count - 128.0 / 255) < 0.002)
    #expect(abs(moment(normal, 3)) / (deviation * deviation * deviation) < 0.03)
    #expect(abs(moment(normal, 4) / (deviation * deviation * deviation * deviation) - 3) < 0.06)
    let beyond = Double(normal.count { abs($0 - 128.0 / 255) > 3 * 0.12 }) / count
    #expect(abs(beyond - 0.0027) < 0.0006, "\(beyond)")
    let speckle = try draw("speckle_noise:1")
    #expect(abs(moment(speckle, 2).squareRoot() - 0.15 * 128 / 255) < 0.001)
    let shot = try draw("shot_noise:2")
    #expect(abs(shot.reduce(0, +) / count - 128.0 / 255) < 0.003)
    #expect(abs(moment(shot, 2) - 128.0 / 255 / 25) < 0.0004)
    let impulse = try draw("impulse_noise:4")
    for end in [0.5 / 255, 255.5 / 255] {
      #expect(abs(Double(impulse.count { $0 == end }) / count - 0.085) < 0.004)
    }
  }

  @Test("a picture's corruption depends on its path, the kind, the severity and the seed alone")
  func seeds() throws {
    let png = try PNGEncoder.file(rgb: Self.pixels, width: Self.side, height: Self.side)
    let picture = try png.withUnsafeBytes { try ImageDecoder.decode(bytes: $0, name: "the picture") }
    let noise = try Self.corruption("gaussian_noise:2")
    let first = try noise.applied(to: picture, path: "a/b.png", seed: 1)
    #expect(try noise.applied(to: picture, path: "a/b.png", seed: 1) == first)
    #expect(try noise.applied(to: picture, path: "a/c.png", seed: 1) != first)
    #expect(try noise.applied(to: picture, path: "a/b.png", seed: 2) != first)
    #expect(Corruption.prepared(picture) == picture)
  }

  private static func mean(_ pixels: [UInt8]) -> [Double] {
    let mean = pixels.reduce(0) { $0 + Double($1) } / Double(pixels.count)
    let squares = pixels.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(pixels.count)
    return [mean, squares.squareRoot()]
  }

  /// The variances of the means of blocks, less those of blocks of twice the side.
  private static func energies(_ pixels: [UInt8]) -> [Double] {
    var gray = stride(from: 0, to: pixels.count, by: 3).map { start -> Double in
      pixels[start..<start + 3].reduce(0.0) { $0 + Double($1) } / 3
    }
    var width = side
    var variances: [Double] = []
    while width >= 7 {
      let mean = gray.reduce(0, +) / Double(gray.count)
      variances.append(gray.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(gray.count))
      let half = width / 2
      var smaller: [Double] = []
      for row in 0..<half {
        for column in 0..<half {
          let place = 2 * row * width + 2 * column
          let above = gray[place] + gray[place + 1]
          smaller.append((above + gray[place + width] + gray[place + width + 1]) / 4)
        }
      }
      gray = smaller
      width = half
    }
    return zip(variances, variances.dropFirst()).map { $0 - $1 } + variances.suffix(1)
  }
}

/// A document that tests read.
private struct JSONFixture: Sendable {
  let path: String
  func node() throws -> JSONNode { try JSONNode(contentsOf: path, limit: 16 << 20) }
}
