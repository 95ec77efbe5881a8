import PromptLensKernels
import TestSupport
import Testing

@Suite("Element types")
struct ElementTypeTests {
  @Test("every half widens to the float that Swift says it is", arguments: availableLevels)
  func widenHalf(level: kernel_level) throws {
    let table = try #require(kernels_at(level)).pointee
    let halves = (0...UInt16.max).map { $0 }
    var floats = [Float](repeating: 0, count: halves.count)
    table.f16_to_f32(halves, &floats, halves.count)
    for (bits, found) in zip(halves, floats) {
      let expected = Float(Float16(bitPattern: bits))
      #expect(found == expected || (found.isNaN && expected.isNaN), "bits \(bits)")
    }
  }

  @Test("floats round to the nearest half, ties to even", arguments: availableLevels)
  func narrowHalf(level: kernel_level) throws {
    let table = try #require(kernels_at(level)).pointee
    var generator = SplitMix64(seed: 7)
    var floats = (0..<100_000).map { _ in Float(bitPattern: UInt32.random(in: 0...UInt32.max, using: &generator)) }
    floats += (0..<100_003).map { _ in Float.random(in: -70000...70000, using: &generator) }
    floats += [0, -0, 65504, 65519.99, 65520, 65536, .infinity, -.infinity, .nan, 5.9604645e-8, 2.9802322e-8, 6.1e-5]
    var halves = [UInt16](repeating: 0, count: floats.count)
    table.f32_to_f16(floats, &halves, floats.count)
    for (float, bits) in zip(floats, halves) {
      let expected = Float16(float)
      #expect(bits == expected.bitPattern || (expected.isNaN && Float16(bitPattern: bits).isNaN), "float \(float)")
    }
  }

  @Test("floats round to the nearest bf16, ties to even, and come back", arguments: availableLevels)
  func brainFloat(level: kernel_level) throws {
    let table = try #require(kernels_at(level)).pointee
    let cases: [(Float, UInt16)] = [
      (1, 0x3F80), (-2, 0xC000), (Float(bitPattern: 0x3F80_8000), 0x3F80), (Float(bitPattern: 0x3F81_8000), 0x3F82),
      (Float(bitPattern: 0x3F80_8001), 0x3F81), (.infinity, 0x7F80), (Float.greatestFiniteMagnitude, 0x7F80), (0, 0),
    ]
    var brains = [UInt16](repeating: 0, count: cases.count)
    table.f32_to_bf16(cases.map(\.0), &brains, cases.count)
    #expect(brains == cases.map(\.1))
    var floats = [Float](repeating: 0, count: cases.count)
    table.bf16_to_f32(brains, &floats, cases.count)
    #expect(floats.map(\.bitPattern) == brains.map { UInt32($0) << 16 })
    var notANumber = [UInt16](repeating: 0, count: 1)
    table.f32_to_bf16([Float.nan], &notANumber, 1)
    #expect(Float(bitPattern: UInt32(notANumber[0]) << 16).isNaN)
  }

  @Test("one NaN or infinity anywhere is found", arguments: availableLevels)
  func finite(level: kernel_level) throws {
    let table = try #require(kernels_at(level)).pointee
    for index in [0, 15, 16, 36] {
      var floats = [Float](repeating: 1, count: 37)
      #expect(table.finite_f32(floats, 37) == 1)
      floats[index] = .nan
      #expect(table.finite_f32(floats, 37) == 0)
      var halves = [UInt16](repeating: 0x7BFF, count: 37)
      #expect(table.finite_16(halves, 37, 0x7C00) == 1)
      halves[index] = 0xFC00
      #expect(table.finite_16(halves, 37, 0x7C00) == 0)
    }
  }
}

/// The instruction sets that this processor has.
let availableLevels = [KERNEL_PORTABLE, KERNEL_AVX2, KERNEL_AVX512].filter { kernels_at($0) != nil }
