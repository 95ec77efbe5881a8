/// Returns the direction after a number of turns from the right, clockwise on a picture: (cos 2πt, sin 2πt).
///
/// By its own series, as the C library's functions may differ in the last bit between machines.
func unitVector(turns: Float) -> Point {
  let turns = Double(turns)
  return Point(Float(sine(turns + 0.25)), Float(sine(turns)))
}

/// Returns sin 2πt: Taylor's series of degree 17 on a quarter turn, to 1e-11.
private func sine(_ turns: Double) -> Double {
  var turns = turns - (turns + 0.5).rounded(.down)
  if turns > 0.25 { turns = 0.5 - turns }
  if turns < -0.25 { turns = -0.5 - turns }
  let angle = turns * 6.283185307179586
  let square = angle * angle
  var term = angle
  var sum = angle
  for degree in stride(from: 3.0, through: 17, by: 2) {
    term *= -square / (degree * (degree - 1))
    sum += term
  }
  return sum
}
