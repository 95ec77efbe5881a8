import Foundation
import PromptLensFiles
import PromptLensJSONDocuments

/// A reader of tokenizers of every kind.
package enum TokenizerFile {
  /// The name of the file in a model folder that holds CLIP's vocabulary.
  package static let clipName = "tokenizer.json"
  /// The name of the file in a model folder that holds another vocabulary.
  package static let piecesName = "vocabulary.pieces"

  /// The largest `tokenizer.json` that is read: a million pieces with their scores.
  static let largestDocument = 256 << 20

  /// Returns the path of the tokenizer in a model folder; nil if it has none.
  package static func path(inModel folder: String) -> String? {
    [clipName, piecesName].map { "\(folder)/\($0)" }.first { FileManager.default.fileExists(atPath: $0) }
  }

  /// Returns the name of the file in a model folder that has some contents.
  package static func name(ofContents bytes: [UInt8]) -> String { PieceTable.isTable(bytes) ? piecesName : clipName }

  /// Reads the tokenizer in a folder that some software wrote a model into.
  ///
  /// - Parameters:
  ///   - folder: the folder.
  ///   - cleaning: the cleaning that the model was trained with, where its files don't state it.
  /// - Returns: the tokenizer.
  /// - Throws: ``TokenizationError``, `JSONError`, or `FileError` when there is none.
  package static func read(folder: String, cleaning: Cleaning? = nil) throws -> any Tokenizer {
    // Keras Hub also writes a tokenizer.json, which holds settings and no vocabulary.
    let isKeras = FileManager.default.fileExists(atPath: "\(folder)/assets/tokenizer/vocabulary.json")
    let models = ["spiece.model", "tokenizer.model"].map { "\(folder)/\($0)" }
    if !isKeras,
      let path = path(inModel: folder) ?? models.first(where: { FileManager.default.fileExists(atPath: $0) })
    {
      return try read(path, cleaning: cleaning)
    }
    return CLIPTokenizer(vocabulary: try Vocabulary(folder: folder))
  }

  /// Reads a tokenizer: a `tokenizer.json`, SentencePiece's model, or a vocabulary in the form of a model folder.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - cleaning: the cleaning that the model was trained with, where the file doesn't state it.
  /// - Returns: the tokenizer.
  /// - Throws: ``TokenizationError``, `JSONError`, or `FileError` when the file is missing or too large.
  package static func read(_ path: String, cleaning: Cleaning? = nil) throws -> any Tokenizer {
    let file = try MappedFile(path: path, expected: "a vocabulary")
    if PieceTable.isTable(file.bytes) { return try PieceTokenizer(PieceTable(file)) }
    guard file.count <= largestDocument else {
      throw FileError.tooLarge(path: path, limit: largestDocument, found: file.count)
    }
    if !path.hasSuffix(".json"), SentencePieceModel.isModel(file.bytes) {
      var document = try TokenizerDocument(sentencePiece: Array(file.bytes), path: path)
      document.cleaning = cleaning ?? .none
      return try PieceTokenizer(PieceTable(MappedFile(copying: document.packed(), named: path)))
    }
    guard !path.hasSuffix(".model") else {
      throw TokenizationError.vocabulary(
        file: path, expected: "a SentencePiece model, which begins with a piece", found: "other bytes")
    }
    let root = try JSONNode(contentsOf: path, limit: largestDocument)
    guard TokenizerDocument.holdsPieces(root) else {
      guard cleaning != .canonical else {
        throw TokenizationError.vocabulary(
          file: path, expected: "a vocabulary of pieces, as the configuration cleans texts by canonicalize",
          found: "CLIP's, which has a cleaning of its own")
      }
      return CLIPTokenizer(vocabulary: try Vocabulary(document: root))
    }
    var document = try TokenizerDocument(root)
    document.cleaning = cleaning ?? .none
    try document.readCompanion(beside: path)
    return try PieceTokenizer(PieceTable(MappedFile(copying: document.packed(), named: path)))
  }
}
