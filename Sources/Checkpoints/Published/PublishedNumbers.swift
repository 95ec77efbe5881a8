import Foundation
import PromptLensTensors

/// Numbers that others published of a model, by which anyone who has its file can see that it is that model.
package struct PublishedNumbers: Sendable {
  /// The published name, OpenAI's ViT-B/32.
  package let name: String
  /// The architecture's name.
  package let architecture: String
  /// Features, logits and parts of features with their inputs.
  package let values: [Value]

  /// Some published numbers of one source.
  package struct Value: Sendable {
    /// The numbers, "text features of four words".
    package let name: String
    /// The publication.
    package let source: String
    /// The kind of numbers, with their inputs.
    package let content: Content
    /// The largest accepted difference, by the number of published digits and the arithmetic that they were computed in.
    package let tolerance: Double
  }

  /// Numbers with their inputs.
  package enum Content: Sendable {
    /// The features of texts, `[texts, width]`, of any length.
    case textFeatures([String], Tensor)
    /// Some elements of the feature of an image whose normalized pixels all have one value.
    case imageElements(pixel: Float, elements: Range<Int>, [Double])
    /// Logits of images whose normalized pixels all have one value, one row for each, and of texts.
    case logitsOfConstants(pixels: [Float], texts: [String], [[Double]])
    /// Logits of a picture, which the user has to give.
    case logitsOfPicture(String, texts: [String], [Double])
  }

  /// Returns the numbers of the models that have an architecture, by its name.
  package static func of(architecture: String) throws -> [PublishedNumbers] {
    try all().filter { $0.architecture == architecture }
  }

  /// All models of which numbers are known.
  package static let known = ["OpenAI's ViT-B/32", "mini-clip"]

  private static func all() throws -> [PublishedNumbers] {
    let texts = ["a photo of a cat", "a photo of a dog"]
    let runtime = "weights/mini-clip of this repository, computed by onnxruntime 1.32 from export --as onnx"
    return [
      PublishedNumbers(
        name: known[1], architecture: "ViT, width 192, 4 layers, patch 8, 48 px",
        values: [
          Value(
            name: "logits of two gray images and two texts", source: runtime,
            content: .logitsOfConstants(
              pixels: [0.25, 0.75], texts: texts, [[-3.834310, -0.747682], [-3.872769, -0.766369]]), tolerance: 1e-4),
          Value(
            name: "three elements of a gray image's feature", source: runtime,
            content: .imageElements(pixel: 0.5, elements: 1..<4, [-0.390760, -0.969766, -4.799461]), tolerance: 1e-4),
        ]),
      PublishedNumbers(
        name: known[0], architecture: "ViT-B/32",
        values: [
          Value(
            name: "text features of four words",
            source: "facebookresearch/Detic, datasets/metadata/coco_clip_a+cname.npy, Apache-2.0, computed in f16",
            content: .textFeatures(DeticRows.words.map { "a \($0)" }, try DeticRows.features()), tolerance: 2e-3),
          Value(
            name: "logits of two gray images and two texts",
            source: "elixir-nx/bumblebee, test/bumblebee/multimodal/clip_test.exs of 2023, Apache-2.0",
            content: .logitsOfConstants(
              pixels: [0.25, 0.75], texts: texts, [[22.7866, 23.2389], [22.8397, 22.8406]]), tolerance: 5e-3),
          Value(
            name: "three elements of a gray image's feature",
            source: "elixir-nx/bumblebee, test/bumblebee/vision/clip_vision_test.exs of 2023, Apache-2.0",
            content: .imageElements(pixel: 0.5, elements: 1..<4, [-0.3381, -0.0196, -0.4053]), tolerance: 1e-3),
          Value(
            name: "logits of COCO's picture 000000039769 and two texts",
            source: "huggingface/transformers, tests/models/clip/test_modeling_clip.py, Apache-2.0",
            content: .logitsOfPicture("000000039769.jpg", texts: texts, [24.5701, 19.3049]), tolerance: 2.5e-2),
        ]),
    ]
  }
}

/// Text features of OpenAI's ViT-B/32 that Detic's authors published: four rows of `coco_clip_a+cname.npy`.
///
/// Source: Zhou et al., "Detecting Twenty-thousand Classes using Image-level Supervision" (2022), Copyright Facebook, Inc.
/// and its affiliates, Apache License 2.0; the rows are as published.
private enum DeticRows {
  static let words = ["airplane", "elephant", "pizza", "scissors"]

  /// Returns the rows, `[4, 512]`.
  ///
  /// - Throws: `TensorError` when the constants don't have that size.
  static func features() throws -> Tensor {
    let bytes = rows.flatMap { Data(base64Encoded: $0.joined()).map(Array.init) ?? [] }
    let floats = stride(from: 0, to: bytes.count - 1, by: 2).map { index in
      Float(Float16(bitPattern: UInt16(bytes[index]) | UInt16(bytes[index + 1]) << 8))
    }
    return try Tensor(floats, shape: [words.count, 512], name: "published text features")
  }

  /// The rows in f16, little-endian, as base64.
  private static let rows = [
    [
      "vDFOLnUx8qSotGqceTB+urmwUziktKkxVTOtsIww5LT7L4uvYq05KCk3nzFcMF0rTrdTMU6yqDPXIe8w3TBQMo4ssTXXo24okrFB",
      "ofuvBqgKMu2xHyW1L904EDMcNYI02LV7sPkti7IxNK+xdqnwKXuwHzEltUYz8zS7r3GtYqZQprEmI7CHNMW3ZyrksxSvGjNqN1Yw",
      "KbEUsK0wpywBrzey3LPRrBo3YbQwsfMw47CIs0KxE7BkNQm+ljdRrV442y9WN5A1bbEpNBqtjDWKsgO5+yhNKZ+x06R3NQc1szF+",
      "NSCxcjFiMEuoVzQ7rEOxbLHPtlozHqILNIC0r6XIKGos2h4WtOccmSwhRjyoPKxGqgMtnDXmstgdDTZUrg4xm7KUNmcebS8CrJy1",
      "QC2EMrmpuiqUtAmi8K9prXu24y6eLOWuuSKbr+Qr1BkfJWOF0KjjM+IzQI2vMIE0qrVSr761JDF1rjeyGTQBMhy1PiuMNAW0oSzm",
      "tiu0qbIprRetgrZjMSStc6yptxE0trDsszKzZjDjLgqzoK4qqcmxFSiNuREqnjfzMX0wgzTTJGaua6vmsLm0brVctEW33K7zK4Yy",
      "2a13NC6xly0CsKydMDO+MV+vfTJWpSqzw7GwMC+zaLQFopu2yrQerzazGC+otLAwvDd0tkQvczWRNwyrWjSqpWQpw62dMcovwzKZ",
      "rFMwLKwYNFwy+7WsLKM4E6upLCoxnq+MqVmrJjU8sakzP6wBNEc1XjN7IVW4BjB+ME8yVjRmsFQjYrROHEQw4bhGIKi2J61zsD6S",
      "1S4PsfCyI61csbwuXLFWt++we65cMJGrIUYmp/i1Ay8lMWafhDabJ1E1UTYVMtYqJjA5NqYw3rOuMH+/LbZHNYCwQawzJUuohanj",
      "Mmiw4qpBrvevDrSOs+E2bqzbLgmtpiwoNgsuWrkOMisx7q7mMXswxjFbMwclD7LtrNy4IbRXrrIqv66bshkswLWhr4AfwbLCNdGz",
      "hiAFtZEvtbRdMfOueSo3JNO0/rL4rfWx2DTgLaWuqrAFOAodqKMaMVgxWixRLXi4XTg7LMiwbCbhsiuwgyTKNVSw6bCQGJg4d6EX",
      "r4uy2aswrvKrUbUZuHSvSDAxsY+wsriHpbgvlCVWLhkxfjKDsu6wPayQJ2gYfa/ALOOpw69dss2zaSysMUKzvyxWN0uug7TsIQus",
      "ta6gNTSyqSttsf8lCy/qrNQ01bROqKAxyrIqOPgxL7TkN1asjjQ6saAtr7DFrGK1F7Y9Kc20bTRvsge1wS+rtUWzXysWMnO2GqQP",
      "NYawWLBDsm8ykikOORAon66SNjwzdakAMmqw6KrBMqc0zSY5uJy0JTAtsVivTq7Fsw==",
    ],
    [
      "DCdoJksjmjOitF6pW7hKuq+0LzQlr3WvKzCNsLepearLNGkyFrAfMz02NTmhKIUy9rblNBm1lDaeKNo0VbCDpqy1AjN8Mlas+bJk",
      "MiC0EisrsqosWKmjKy41JS02sqonEqkstOIdlrZJq3SpM7U+tLsvEzXYMgA0kjW9srMtYihFrXEsjLflNbOr466ZMYW00C8YNnk1",
      "/bOuLysl2aRLsG+0LDfMt3k4/rFytIwrSbQ1NAUuh6rZL2i9NTi+G0OrPDcfN0QwubBYsUGwr7K6tN2rnbVdJv0ymzblNR6upqb/",
      "sY6pxTNLrj40gjIYNkMxHzTbu+UsGrEnNBe1RLMHKhQy4i1msWCxZyFURVitE7SXtVa40iKOtKUeBC1vtiA12rR9p54bJSoetkO4",
      "cDeDrVuwZDYZkfewYjB/rbuqda3xKF6v/7MsMjo0USIgNSy2ITJZsWArVTQGMYozkLZzNJS1WLCWrA+teSp4JCIrsiyiMS2tgDAD",
      "t1i1QbMarp8tLS0sMM+wJjT5Mkkyta8ZsmMyQ7EJs3w2VbGELeYxobFksqumdDUMNa02sjS2seA22rB5scAs/LeDr4mqvaz1tKyq",
      "gbKBrVG07KoJtS4zGDgPNLwwwjbMMS03CLQVtaW1ZzTAqOUsfCSvMzKkWKxutCmtGR9KtQAzZDGfOL4k/jbzpqQ0AiwAN2y0fzCH",
      "scusOLGuMzo3T7QlMcSwRK9rKUY1ATE0qIeoQDEiMpqqVyBnNMOnyjQoMKm0HjQcEHMz7jDptJ8w86Aas6SmRLfnmdqvFjSerDey",
      "IShdskEz0SdYsjCxbLOGqk626DDmNUG2U0V8NZQwpaJFM4GnwyYRpEs2TjYkM9Av4DORsXqw/7QYr46+IrJGrAatOCyMr5yyKTFL",
      "Mt8z1y5xLcou0LNWtlo1BLMJsH2uFbTnMD8pSjORJ8s1DylcLWSxkJ/jNrauxjNPspK2FynVFFy0tLKGr0E13S+EIiYowylgOTMs",
      "PbO7r84xzLTQIKMz7q8PMFSsjDDsssEwYCfPsumljLXepjC2UCrIL1Wx3jEVNNq3/DhqrGUwdTXoteaxCatwNee4dzTxshM2NrMv",
      "tHI42a/0sFsjW7Wes1y0AbR5tKIfg7X7Lxkus7KfLb4vfzHMsOyweDHmrwIybKxltAuwGbDTrpiwszJrMx2wGCfeNZ+u+7QUNfoz",
      "f7Q0Lwgs7bC/OEy1Ajgenj81oq/pODgv9ipgM3Q0VzBgMEKwjTK6sboycZzaM123d6gQNP2w2agotHs5M6/Lts2sSzDhszywxhyD",
      "L4ix+bAwnIKrlSApOvCvkitWOQUoMjBRtHA0GidDLHY2ba/hrdm0GrEwsuKxiagcLw==",
    ],
    [
      "uzDkrwUyszR3qL2xMqneuqmvlywSHzWyUi9Os9y1/6BRNBQ1ba6asB84gKJsMi00Oa37pyWvNaBtqKUzjK+9pC6rC7QOsGKyRqNx",
      "NLKzaqjqM3gxPq0RMs81Kjb1NYg2EKjBLvyxw7TkNj2qXKzPEE+v2a7puD43LTRWM4kdcK7pt8CnihhFN2myVSwXOVEtR6vzMzWv",
      "Pa3Js4yYpq8kNe2xDDPXofEwfCzvNRY10Rt9M9kl5DDhIzG+fzgTLxcz2yv4tAcvdDHXNZIx3zXMMeu3rC+CLw6sLy6ZFXIxFzMS",
      "NYkkF7SRupcwODVVKBWwLC5MuE8tg7NhLUC3UBTnMMUsMTStrx4yCrWNRlKtUa4dt3a36isWr6EyjjXnq5szQ7BzsF6slLDctG8q",
      "jbUvMVWSjzRqJXMwNC7frq+0tKn8tTy1dDW4K9Mm6LE4MVW0IjRts/mpqLInJCO1vrKGs0iwgzSMOfmzFjClLMQzQ7QDMV6kfDam",
      "ppczmS4JM1a2qbAPsKGrjbHprHE0JrHyrCG0764bMGmzMLVSMV6ynbS7rB6w6zUzM6EyfLcTtZuuPjGDrco1ZSY2NEwwW6Y7nBAp",
      "6CiLMjgmLTXkIX4kQDOLpsev4JwgLiixIrIrOMOwaqn4M32v2bH8qDa3yrX9LgO05aWZtIY2QzEMNUWdlzN9MoOn5KvWNCk0FaUq",
      "KSggSKhioBUy2rQqsLyn6qdatQ+g6rKNIcOz9zIDM8AzzDI3Lhg0fTZjNGuwsbAOKGSr/y5LuFU1LzXgq7syOKX7sACu8DCzL2Cx",
      "/jI+JwuzrDAKMr8ziK6xtKQ0OjCDLtWrjEb3Mfmy/y5+Gi0uJzhlMrk5MTW7NVuyxTAvNbWwXzdSHTPAm7LRKzWsFS5uLSuo2Cwu",
      "LsGzlqxkqRuxCTcCslY0LjIpMsSuzK/IqmsxQ6yfsJSvPTNnpXwzuBPtL9QwBLaks0y17zOHMeuw3iMWNOcxEaims9GzkbFNMegs",
      "r7U1skGm0bQitQul3LUYNHemQjKAsg60DiiKsjinQ7Q7M7ExDrKarjs0G6x9KGexWzW9nPwuUzL4pNev3a9ftFOdVakbpeWmLDTY",
      "Jfc1GjOtMdatWbBTLq2xCiboqF6uZatnMbKzRbEILCIw3DW2ruGwLa2wrN4va7V+tx0wgrHgMD+waq1NK3CurDCprPSpOrgbNGA2",
      "1iXgMYAkCjSirPUszTZiMHUzSLMSq/gptjIJNukyDbVVLVmzbyvIs3EvJrDOLCOfHi67Naak/DJwtdMzTC9guQyynCxftAwwOjOI",
      "ragvUrcctjIxpbEJO7s0ezX2Mkgykq9NsCM2XqnvMi44crO6ulY1EbRCsWu0+rPgtQ==",
    ],
    [
      "fqwUsWcnmrJzseYvD7SXunKwxjTwsUG0+DJ3pmKz1TCwL/EyRLOos6M3uSppMKs0ILVMrJQy+TFfsJ0zyDTktHa0VSyYq5q1bimd",
      "MfAXS6ntM0GyMaO9r5Y0GzVcNQg3vjQjNOO04LP0Mnsw3am1JpywzrAoLWE2OTifrXilZC/7NCCp5K+GLge0kzAGNpmycZ8zrEay",
      "CbCELXOwDKzVt5s0v7OZstk2B7C9qbsvn7mlLr81uCKJte69KDbbqeKxUbHDNBSjZjN0Mc81WRt1sXiv9jUnLXQrPKsvsGcyOjPz",
      "sZw1/qQStUU0jbRQtPGo77OztxcukjFLM+y2rCRYLqQq0CzWq1w0P7ctRcivjrkHsQy3fDOjtPWvbqW1sPI2ardkoBYwbKs8tCq4",
      "BDj+Mr00x6zEsB62GLYLr5c3/zEdNru0KjPIJiG0yrgLK0o1VjSkMFo25zP1tDkrDqyYt/uwMyiULTC3wSgwNqOwObUHMNYw5DFd",
      "suwzXbaiJiq0F61WrxQrLzS1rOIwUqkzKLOnSx/rqK0rRSpeuHk1rKDVssYyJi0TNWs5ijD7L8YyUjXts80uuLcErYmnZa55pn+u",
      "4K+xsAAkfjYEtPIymTd3MdOxUzSvMhQwR6hPpRKsKjbfMtI0t6krrhC1xDAwMVkh+C1RsBU2/TGmOcGyvy41LZG0OLT2MnWvoy6n",
      "Lu2x+jTqKn8lR61lsEWs6LKWohUtM6wtuFK1lTf/r0mb+7QVNoExwDFyN76sQSwErJUuxbGxuYIy3qX6LnAvVyezLkC2L60+s4K4",
      "ujJFs8wnICdNKCWsx6metckuOC2TrSs1K0XytqCvnjUioIKzIDHRL4k0MDRQsAQ30quRNmIeJKtSNUnAVDPdMDMZ9TPftjWmkjD4",
      "swQtgzIKMEKp6K/XscY4TLMZtN40ZDQ2JSU2US+QMKayNq1PsR03sSpnLb+sLaH9NTmiHC4wKCSybzResj2uZqleLXC0ebVFKmEz",
      "u7BQqi6107UCHXYpoLJ7NCS41DZMLfwr0DLYouIc5bccMfi3Eim/Noo1wx+XtO20hTQgsBU1Ky6+t4ypTrUuOk+wzCoDnUi40xha",
      "tbQ4nbG/L0qqx7FDsnivWKF7sn8hGrbktLug37hRtHAwMLPgr2i2HC4GNWE5MrZGL88sIq+xqqUkmbOUrg23DrLYM0KxkrEZMyOr",
      "+bJUJSmwnDGes8syrDa1sVWuo7hZMckwN7HOMwY2SzTXM4K02TCYLgiruLJZs8CqYLROMtOwtgxgKrA2vi1Ctk6lGLSBLTm1fzFy",
      "MVSk97PXqQk2W7XaOJOxb6/qMjI4vDD1K7cuoDA+MScqyC9WpEUwZLU7KKu0BLSCNQ==",
    ],
  ]
}
