/// The filling words of careless captions. They don't describe the picture, and none of them names a thing or a color.
enum CarelessWords {
  static let opinions = [
    "nice", "lovely", "pretty", "beautiful", "cute", "fine", "strange", "old", "new", "modern", "antique", "cheap",
    "famous", "wonderful", "simple", "curious", "favourite", "handmade", "ordinary", "perfect", "funny", "elegant",
    "adorable", "amazing", "amusing", "ancient", "attractive", "authentic", "awesome", "awful", "boring", "brilliant",
    "broken", "casual", "charming", "classic", "clever", "comfortable", "common", "cool", "creative", "delicate",
    "delightful", "different", "dirty", "dusty", "easy", "excellent", "exotic", "expensive", "extraordinary", "fancy",
    "fantastic", "fashionable", "forgotten", "fragile", "fresh", "friendly", "genuine", "gorgeous", "harmless", "heavy",
    "historic", "imaginary", "important", "impressive", "incredible", "inexpensive", "innocent", "interesting",
    "lonely",
    "lucky", "magical", "magnificent", "marvellous", "mysterious", "natural", "normal", "original", "peculiar",
    "popular", "powerful", "practical", "precious", "professional", "proud", "quiet", "rare", "remarkable", "romantic",
    "rusty", "sad", "secret", "serious", "silent", "special", "spectacular", "splendid", "stunning", "stylish", "sweet",
    "terrible", "traditional", "typical", "ugly", "unique", "unusual", "useful", "useless", "valuable", "vintage",
    "weird", "wild", "wise", "young",
  ]
  static let adverbs = [
    "very", "really", "quite", "truly", "simply", "always", "never", "often", "sometimes", "usually", "finally",
    "actually", "already", "again", "almost", "certainly", "definitely", "perhaps", "probably", "surely", "suddenly",
    "surprisingly", "once", "today", "now", "honestly", "recently", "secretly", "still", "maybe", "hardly", "just",
  ]
  static let persons = [
    "mother", "father", "sister", "brother", "grandmother", "grandfather", "uncle", "aunt", "cousin", "daughter", "son",
    "neighbour", "teacher", "doctor", "artist", "farmer", "gardener", "student", "sailor", "king", "queen", "family",
    "friend", "guest", "child", "boss", "colleague", "collector", "customer", "visitor", "writer", "designer",
  ]
  static let verbs = [
    "bought", "sold", "found", "lost", "wanted", "liked", "loved", "admired", "noticed", "discovered", "remembered",
    "forgot", "received", "brought", "borrowed", "repaired", "kept", "chose", "ordered", "collected", "inherited",
    "mentioned", "described", "recommended", "preferred", "missed", "made", "built", "designed", "invented", "studied",
    "needed", "shared", "posted", "published", "saw", "gave", "got", "promised", "imagined",
  ]
  static let months = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december", "spring", "summer", "autumn", "winter",
  ]
  static let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
  static let times = ["morning", "noon", "afternoon", "evening", "at dawn", "at dusk", "for lunch", "after dinner"]
  static let places = [
    "at grandmother's", "from the museum", "at school", "in the village", "near the station", "at the market",
    "behind the theatre", "seen from the window", "downtown", "at home", "in the garden", "in the kitchen",
    "at the airport", "in the office", "at the library", "in the city", "near the river", "at the harbour",
    "in the mountains", "in the forest", "on an island", "across the street", "at the restaurant", "in the hospital",
    "from abroad", "in the studio", "at the university", "beside the road", "in europe", "in the desert", "on the farm",
    "in the bedroom", "at the gallery", "in the park", "near the church", "at the workshop",
  ]
  static let endings = [
    "for sale", "from our holiday", "for children", "with free shipping", "found yesterday", "on my birthday",
    "by an unknown artist", "after the rain", "before breakfast", "in high quality", "for your home",
    "from the archive",
    "with friends", "part two", "page seven", "number twelve", "part of a collection", "for beginners", "wallpaper",
    "stock material", "all rights reserved", "free download", "volume three", "anniversary edition",
    "during the festival", "last week", "next year", "chapter four", "version five", "lesson six", "day eight",
    "top ten", "winner of the award", "available soon", "made by hand", "limited offer", "half price", "second hand",
    "in the newspaper", "from the internet", "for the wedding", "as a present", "without warranty", "please share",
    "subscribe for more", "copyright reserved", "in public domain", "inspired by music", "from a dream",
    "at christmas", "despite the weather", "with thanks", "with love", "in memory", "since last century",
  ]
  static let openings = [
    "look at this", "guess what this is", "here you see", "just finished", "new in our shop", "today's find",
    "everybody loves", "please welcome", "introducing", "do you remember", "good morning with", "best of",
    "the story of", "how to choose", "five reasons to own", "weekly challenge", "untitled work with",
    "question about", "tips for", "review of", "the history of", "how to clean", "where to buy", "ideas for",
    "a letter about", "breaking news", "the secret life of", "exercise with", "advertisement", "example of",
    "everything about", "wanted", "work in progress", "my first attempt at", "results of the contest", "happy with",
  ]
}
