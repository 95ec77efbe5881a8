import PromptLensJSONDocuments

extension Vocabulary {
  /// Returns the files that transformers' tokenizers read, fast and slow: `tokenizer.json`, `vocab.json`, `merges.txt`,
  /// `tokenizer_config.json` and `special_tokens_map.json`.
  ///
  /// - Parameter contextLength: the positions of the text tower.
  /// - Returns: the files' names and their texts.
  package func huggingFaceFiles(contextLength: Int) -> [(name: String, text: String)] {
    var ids = JSON.Object()
    ids.reserveCapacity(count)
    for (id, piece) in pieces.enumerated() { ids[piece] = JSON(id) }
    let merges = merges.map { "\(pieces[Int($0.left)]) \(pieces[Int($0.right)])\n" }.joined()
    let isNormalized = [
      Self.startText: specialTokens.startIsNormalized, Self.endText: specialTokens.endIsNormalized,
    ]
    func special(_ text: String) -> JSON.Object {
      var token = JSON.Object()
      token["content"] = .string(text)
      for flag in ["lstrip", "rstrip", "single_word"] { token[flag] = false }
      token["normalized"] = .bool(isNormalized[text] ?? true)
      return token
    }
    func known(_ text: String) -> JSON {
      var token = special(text)
      token["special"] = true
      return .object(token)
    }
    let (startToken, endToken) = (JSON.string(Self.startText), JSON.string(Self.endText))
    var added = JSON.Object()
    added["\(start)"] = known(Self.startText)
    added["\(end)"] = known(Self.endText)
    let settings: JSON = [
      "tokenizer_class": "CLIPTokenizer", "bos_token": startToken, "eos_token": endToken, "pad_token": endToken,
      "unk_token": endToken, "model_max_length": JSON(contextLength), "errors": "replace",
      "clean_up_tokenization_spaces": false, "added_tokens_decoder": .object(added),
    ]
    let specials: JSON = [
      "bos_token": .object(special(Self.startText)), "eos_token": .object(special(Self.endText)),
      "pad_token": endToken, "unk_token": endToken,
    ]
    return [
      ("tokenizer.json", tokenizerJSON()), ("vocab.json", JSON.object(ids).serialized() + "\n"),
      ("merges.txt", "#version: 0.2\n" + merges),
      ("tokenizer_config.json", settings.serialized(pretty: true) + "\n"),
      ("special_tokens_map.json", specials.serialized(pretty: true) + "\n"),
    ]
  }
}
