import PromptLensDrawing
import Testing

@Suite("Drawn pictures")
struct PictureTests {
  private func picture(
    _ name: String = "star", _ style: PictureStyle = .photo, seed: Int = 1, part: Int = 0, number: Int = 0,
    wording: Wording = .plain
  ) throws -> Picture {
    try Picture(
      of: #require(Thing.named(name)), style: style, seed: seed, part: part, number: number, size: 48, wording: wording)
  }

  @Test("the same arguments give the same bytes, and each other argument gives others")
  func determinism() throws {
    let first = try picture()
    #expect(try picture().pixels == first.pixels)
    let others = try [
      picture(seed: 2), picture(part: 1), picture(number: 1), picture("moon"), picture("star", .sketch),
      picture(seed: 1 << 40),
    ]
    for other in others { #expect(difference(first, other) > 4) }
  }

  @Test("the wording of captions changes no pixel")
  func wording() throws {
    let careless = Wording(unnamed: ["star"], looseShare: 1, looseTruth: 0.2, namelessShare: 0.5)
    #expect(try picture(wording: careless).pixels == picture().pixels)
  }

  @Test("pixels are the same on every machine", arguments: PictureStyle.allCases)
  func bytes(style: PictureStyle) throws {
    let known: [PictureStyle: UInt64] = [
      .photo: 0x3B94_E3C3_0E85_7E06, .painting: 0x9068_9348_845A_2CA2, .cartoon: 0x7550_E2B6_7872_91F7,
      .sketch: 0x6A15_11EA_0958_7689, .negative: 0x9167_F3A1_2A23_AD30,
    ]
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for name in ["star", "fish", "windmill"] {
      for byte in try picture(name, style, seed: 11).pixels { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }
    #expect(hash == known[style], "\(style): \(hash)")
  }

  @Test("the mean sketches of any two things differ")
  func things() throws {
    let size = 48
    // The mean of a thing's sketches: what is drawn is dark, paper is light, and clutter and jitter average out.
    let means = Thing.all.map { thing in
      var mean = [Float](repeating: 0, count: size * size)
      for number in 0..<12 {
        let pixels = Picture(of: thing, style: .sketch, seed: 3, part: 0, number: number, size: size).pixels
        for index in mean.indices { mean[index] += Float(255 - Int(pixels[3 * index])) / 12 }
      }
      return mean
    }
    for (index, mean) in means.enumerated() {
      #expect(mean.reduce(0, +) > 1000, "\(Thing.all[index].name) leaves the paper empty")
      for other in means[..<index] {
        let square = zip(mean, other).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        #expect(square > 100_000, "\(Thing.all[index].name)")
      }
    }
  }

  @Test("cartoons have few colors, sketches are gray, and negatives differ from photos")
  func styles() throws {
    func colors(_ style: PictureStyle) -> [[UInt8]] {
      Thing.all.prefix(12).flatMap { thing in
        let pixels = Picture(of: thing, style: style, seed: 5, part: 0, number: 0, size: 32).pixels
        return stride(from: 0, to: pixels.count, by: 3).map { Array(pixels[$0..<$0 + 3]) }
      }
    }
    #expect(2 * Set(colors(.cartoon)).count < Set(colors(.photo)).count)
    #expect(colors(.sketch).allSatisfy { $0[0] == $0[1] && $0[1] == $0[2] })
    #expect(try difference(picture("car", .photo), picture("car", .negative)) > 20)
  }

  @Test("any size is drawn", arguments: [16, 33, 224])
  func sizes(size: Int) throws {
    for style in PictureStyle.allCases {
      let drawn = try Picture(
        of: #require(Thing.named("bird")), style: style, seed: 1, part: 0, number: 0, size: size)
      #expect(drawn.pixels.count == 3 * size * size)
      #expect(Set(drawn.pixels).count > 8)
    }
  }

  private func difference(_ first: Picture, _ second: Picture) -> Double {
    let sum = zip(first.pixels, second.pixels).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
    return Double(sum) / Double(first.pixels.count)
  }
}
