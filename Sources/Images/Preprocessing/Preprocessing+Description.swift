extension Preprocessing: CustomStringConvertible {
  /// The steps in words and numbers; equal preprocessings have equal descriptions.
  package var description: String { "\(geometry), \(normalization)" }

  /// Resize and crop in words and numbers, without the numbers that bytes become.
  package var geometry: String {
    let name = "\(filter)"
    let filter = "by Pillow's \(name)"
    let resized =
      switch resize {
      case .none: "no resize"
      case .shortestEdge(let side, nil): "shorter side to \(side) px \(filter)"
      case .shortestEdge(let side, let longest?):
        "shorter side to \(side) px \(filter), longer side to \(longest) px at most"
      case .exact(let size): "resized to \(size) \(filter), whatever the ratio"
      case .covering(let size): "resized to cover \(size) \(filter)"
      case .inside(let size): "resized to fit into \(size) \(filter)"
      }
    guard let crop else { return "\(resized), no crop" }
    let sameSide = resize == .shortestEdge(crop.height) && crop.isSquare
    let rounding = cropRounding == .halfToEven ? "" : " rounded down"
    let border = fill == 0 ? "" : ", border of \(fill)"
    return "\(resized), center crop\(sameSide ? "" : " of \(crop)")\(rounding)\(border)"
  }

  /// A description of the numbers that bytes become.
  var normalization: String {
    let factor =
      switch rescaleFactor {
      case Self.byteScale: ""
      case 1: "bytes not rescaled, "
      default: "bytes times \(rescaleFactor), "
      }
    return "\(factor)mean \(mean), std \(standardDeviation)"
  }
}
