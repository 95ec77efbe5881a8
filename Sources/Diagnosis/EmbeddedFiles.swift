import Tokenization

/// The files that the executable carries: whether they can be read, and read right.
enum EmbeddedFiles {
  static var findings: [Finding] {
    let damaged = "the executable is damaged; install promptlens again"
    do {
      let vocabulary = try Vocabulary.embeddedCLIP()
      // Published with CLIP: simple_tokenizer.py encodes this text so.
      let ids = Tokenizer(vocabulary: vocabulary).encode("a photo of a cat.")
      let isRight = vocabulary.count == 49_408 && ids == [320, 1125, 539, 320, 2368, 269]
      return [
        Finding(
          "executable", "vocabulary",
          "\(vocabulary.count) entries\(isRight ? "" : ", and a known text is cut wrongly")",
          isRight ? .good : .wrong, advice: isRight ? "" : damaged)
      ]
    } catch {
      return [Finding("executable", "vocabulary", "\(error)", .wrong, advice: damaged)]
    }
  }
}
