import PromptLensDrawing
import Testing

@Suite("Captions of drawn pictures")
struct CaptionTests {
  private func captions(_ name: String, _ wording: Wording, count: Int = 300, style: PictureStyle = .photo) throws
    -> [String]
  {
    let thing = try #require(Thing.named(name))
    return (0..<count).map {
      Picture(of: thing, style: style, seed: 2, part: 0, number: $0, size: 16, wording: wording).caption
    }
  }

  private func names(_ name: String, in caption: String) -> Bool {
    caption.split { !$0.isLetter }.contains { $0 == name }
  }

  @Test("by default every caption names the thing, in many wordings")
  func plain() throws {
    let all = try captions("boat", .plain)
    #expect(all.allSatisfy { names("boat", in: $0) })
    #expect(Set(all).count > 150)
  }

  @Test("an unnamed thing is never named, not even beside others")
  func unnamed() throws {
    let wording = Wording(unnamed: ["bell"], looseShare: 0.5, looseTruth: 0.5, namelessShare: 0.2)
    for name in ["bell", "boat", "candle"] {
      #expect(try captions(name, wording).allSatisfy { !names("bell", in: $0) })
    }
  }

  @Test("careless captions have the requested share of right names, and a favorite among the wrong ones")
  func careless() throws {
    let wording = Wording(unnamed: [], looseShare: 1, looseTruth: 0.6, namelessShare: 0)
    let all = try captions("fish", wording, count: 1000)
    let right = all.count { names("fish", in: $0) }
    #expect((480...680).contains(right))
    let wrong = Thing.all.map(\.name).filter { $0 != "fish" }.map { name in all.count { names(name, in: $0) } }
    #expect((wrong.max() ?? 0) > 200)
  }

  @Test("captions of sketches and negatives don't name colors")
  func colors() throws {
    let colors = ["red", "green", "blue", "yellow", "purple"]
    for style in [PictureStyle.sketch, .negative] {
      let wording = Wording(unnamed: [], looseShare: 0, looseTruth: 1, namelessShare: 0.5)
      for caption in try captions("boat", wording, style: style) {
        #expect(!colors.contains { names($0, in: caption) }, "\(caption)")
      }
    }
  }

  @Test("the filling words of careless captions don't name things, and half of the careless captions have none")
  func filling() throws {
    let wording = Wording(unnamed: [], looseShare: 1, looseTruth: 1, namelessShare: 0)
    let others = Thing.all.map(\.name).filter { $0 != "boat" }
    for style in PictureStyle.allCases {
      let all = try captions("boat", wording, count: 400, style: style)
      for caption in all {
        #expect(names("boat", in: caption) && !others.contains { names($0, in: caption) }, "\(caption)")
      }
      let plain = all.count { $0.wholeMatch(of: /(an? [a-z ]+ of (a|the) |a |this is a )?boat\.?/) != nil }
      #expect((150...250).contains(plain), "\(style): \(plain)")
    }
  }

  @Test(
    "captions name only shades, textures, and places that the picture has",
    arguments: [
      ("crimson", "red"), ("teal", "turquoise"), ("ivory", "white"), ("plaid", "checked"), ("mottled", "speckled"),
      ("seaside", "beach"), ("planks", "floor"),
    ])
  func truth(word: String, property: String) throws {
    let wording = Wording(unnamed: [], looseShare: 0, looseTruth: 1, namelessShare: 1)
    let thing = try #require(Thing.named("boat"))
    var count = 0
    for number in 0..<3000 {
      let picture = Picture(of: thing, style: .photo, seed: 3, part: 0, number: number, size: 16, wording: wording)
      // The things beside the main thing have colors and textures of their own.
      let main = picture.caption.split(separator: " with a")[0]
      guard names(word, in: String(main)) else { continue }
      count += 1
      let properties = [picture.color, picture.texture, picture.background]
      #expect(properties.contains(property), "\(picture.caption)")
    }
    #expect(count > 0)
  }

  @Test("captions of sketches name only paper as the background")
  func paper() throws {
    let wording = Wording(unnamed: [], looseShare: 0, looseTruth: 1, namelessShare: 0.5)
    let places = ["wall", "meadow", "beach", "night", "floor", "tiles", "cloth", "grass", "sea"]
    for caption in try captions("boat", wording, style: .sketch) {
      #expect(!places.contains { names($0, in: caption) }, "\(caption)")
    }
  }
}
