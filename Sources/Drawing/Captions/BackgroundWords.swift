extension Background {
  /// The phrases for the setting of the picture.
  var places: [String] {
    switch self {
    case .wall:
      ["against a wall", "against a wall", "in front of a wall", "before plain plaster", "indoors", "in an empty room"]
    case .meadow:
      [
        "in a meadow", "in a meadow", "on grass", "on a lawn", "in the countryside", "in a field under the sky",
        "outdoors on a pasture",
      ]
    case .beach:
      [
        "on a beach", "on a beach", "by the sea", "at the seaside", "on sand", "on the shore", "near the ocean",
        "at the coast with water and waves",
      ]
    case .night:
      [
        "at night", "at night", "in the dark", "under a starry sky", "after sunset", "around midnight",
        "in outer space",
        "in darkness",
      ]
    case .floor:
      [
        "on a wooden floor", "on a wooden floor", "on planks", "on floorboards", "on parquet", "on timber",
        "on wood with visible grain",
      ]
    case .tiles:
      ["on tiles", "on tiles", "on a tiled floor", "on ceramic squares", "on a mosaic", "on pavement slabs"]
    case .cloth:
      [
        "on cloth", "on cloth", "on fabric", "on woven linen", "on textile", "on a tablecloth", "on a blanket",
        "on cotton threads",
      ]
    }
  }
}
