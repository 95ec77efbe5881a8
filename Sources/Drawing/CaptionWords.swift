/// Words that captions are filled up with; they say nothing that the picture does not, or nothing about it at all.
enum CaptionWords {
  static let large = ["large", "big", "huge", "great", "giant", "massive"]
  static let small = ["small", "tiny", "little", "miniature"]
  static let opinions = [
    "nice", "lovely", "pretty", "beautiful", "cute", "fine", "strange", "old", "new", "modern", "antique", "cheap",
    "famous", "wonderful", "simple", "curious", "favourite", "handmade", "ordinary", "perfect", "funny", "elegant",
  ]
  static let endings = [
    "for sale", "from our holiday", "at grandmother's", "last summer", "in winter", "on sunday morning", "for children",
    "with free shipping", "found yesterday", "on my birthday", "in the evening", "by an unknown artist", "in january",
    "from the museum", "at school", "in the village", "near the station", "after the rain", "before breakfast",
    "in high quality", "for your kitchen", "from the archive", "in october", "downtown", "at home with friends",
    "part two", "page seven", "number twelve", "on friday", "part of a collection", "made in april", "for beginners",
    "wallpaper", "stock material", "all rights reserved", "free download", "volume three", "anniversary edition",
    "during the festival", "behind the theatre", "seen from the window", "at the market", "under the bridge road",
  ]
  static let openings = [
    "look at this", "guess what this is", "here you see", "just finished", "new in our shop", "today's find",
    "everybody loves", "please welcome", "introducing", "do you remember", "good morning with", "best of",
    "the story of", "how to choose", "five reasons to own", "weekly challenge", "detail view", "untitled work with",
  ]
  static let clear = ["clear", "sharp", "well lit", "centred", "complete", "single", "entire"]
}
