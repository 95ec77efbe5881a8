/// A value in accuracy and the same in margin.
package struct UnitPair<Value: Sendable>: Sendable {
  /// The value in accuracy.
  package let accuracy: Value
  /// The value in margin.
  package let margin: Value

  /// Creates both values.
  package init(_ value: (EffectUnit) throws -> Value) rethrows {
    accuracy = try value(.accuracy)
    margin = try value(.margin)
  }

  /// Returns the value in one unit.
  package subscript(unit: EffectUnit) -> Value { unit == .accuracy ? accuracy : margin }
}

extension UnitPair: Equatable where Value: Equatable {}

extension EffectUnit {
  /// The size below which an effect is rounding: a logit's error in single precision is about this large.
  package var rounding: Double { self == .accuracy ? 0 : 1e-4 }
}
