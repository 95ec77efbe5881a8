import Foundation
import PromptLensKernels
import TestSupport
import Testing

@Suite("Kernels of all instruction sets")
struct KernelVariantTests {
  @Test("layer norm is its formula in f64", arguments: availableLevels, [1, 8, 16, 63, 130, 512])
  func layerNorm(level: kernel_level, width: Int) throws {
    let table = try #require(kernels_at(level)).pointee
    let rows = randomFloats(3 * width, in: -4...5)
    let (gamma, beta) = (randomFloats(width, seed: 2), randomFloats(width, seed: 3))
    var found = [Float](repeating: 0, count: rows.count)
    table.layer_norm(rows, &found, 3, width, gamma, beta, 1e-5, nil)
    let expected = (0..<3).flatMap { row -> [Float] in
      let values = rows[row * width..<(row + 1) * width].map(Double.init)
      let mean = values.reduce(0, +) / Double(width)
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(width)
      return values.indices.map { index in
        Float(Double(gamma[index]) * (values[index] - mean) / (variance + 1e-5).squareRoot() + Double(beta[index]))
      }
    }
    #expect(largestDifference(found, expected) < 2e-5)
  }

  @Test("the activations are their formulas in f64", arguments: availableLevels)
  func activations(level: kernel_level) throws {
    let table = try #require(kernels_at(level)).pointee
    let values = randomFloats(1003, in: -12...12) + [0, -0, 100, -100, 1e-8, -1e30]
    var quick = values
    table.quick_gelu(values, &quick, quick.count)
    var exact = values
    table.gelu(values, &exact, exact.count)
    var approximate = values
    table.gelu_tanh(values, &approximate, approximate.count)
    var slopes = [Float](repeating: 1, count: values.count)
    table.gelu_tanh_backward(values, &slopes, slopes.count)
    for (index, value) in values.enumerated() {
      let x = Double(value)
      let expectedQuick = x / (1 + exp(-1.702 * x))
      let expectedExact = 0.5 * x * erfc(-x / 2.0.squareRoot())
      #expect(abs(Double(quick[index]) - expectedQuick) <= 1e-6 * max(1, abs(expectedQuick)), "x = \(x)")
      #expect(abs(Double(exact[index]) - expectedExact) <= 1e-6 * max(1, abs(expectedExact)), "x = \(x)")
      let inner = (2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)
      let expectedTanh = 0.5 * x * (1 + tanh(inner))
      #expect(abs(Double(approximate[index]) - expectedTanh) <= 1e-6 * max(1, abs(expectedTanh)), "x = \(x)")
      // Beyond 30 the slope is 0 or 1, where the powers of x would overflow.
      let bounded = min(max(x, -30), 30)
      let argument = (2 / Double.pi).squareRoot() * (bounded + 0.044715 * bounded * bounded * bounded)
      let slope = (2 / Double.pi).squareRoot() * (1 + 3 * 0.044715 * bounded * bounded)
      let expectedSlope =
        0.5 * (1 + tanh(argument)) + 0.5 * bounded * (1 - tanh(argument) * tanh(argument)) * slope
      #expect(abs(Double(slopes[index]) - expectedSlope) <= 3e-6, "x = \(x)")
    }
  }

  @Test("gates are their formulas in f64", arguments: availableLevels)
  func gates(level: kernel_level) throws {
    let table = try #require(kernels_at(level)).pointee
    let gate = randomFloats(1003, in: -12...12) + [0, -0, 80, -80]
    let values = randomFloats(gate.count, seed: 2)
    var (silu, gelu) = (gate, gate)
    table.silu_gate(gate, values, &silu, gate.count)
    table.gelu_gate(gate, values, &gelu, gate.count)
    for index in gate.indices {
      let (x, value) = (Double(gate[index]), Double(values[index]))
      let expectedSilu = value * x / (1 + exp(-x))
      let expectedGelu = value * 0.5 * x * erfc(-x / 2.0.squareRoot())
      #expect(abs(Double(silu[index]) - expectedSilu) <= 1e-6 * max(1, abs(expectedSilu)), "x = \(x)")
      #expect(abs(Double(gelu[index]) - expectedGelu) <= 1e-6 * max(1, abs(expectedGelu)), "x = \(x)")
    }
  }

  @Test("pairs are turned by their angles in all heads", arguments: availableLevels, [4, 16, 20, 64])
  func rotation(level: kernel_level, headWidth: Int) throws {
    let table = try #require(kernels_at(level)).pointee
    let (rows, heads) = (3, 2)
    let stride = heads * headWidth + 5
    let values = randomFloats(rows * stride)
    let angles = randomFloats(rows * headWidth / 2, in: -4...4, seed: 2).map(Double.init)
    let cosines = angles.flatMap { [Float(cos($0)), Float(cos($0))] }
    let sines = angles.flatMap { [Float(-sin($0)), Float(sin($0))] }
    var found = values
    table.rotate_pairs(&found, stride, rows, heads, headWidth, cosines, sines)
    var expected = values
    for row in 0..<rows {
      for head in 0..<heads {
        for pair in 0..<headWidth / 2 {
          let index = row * stride + head * headWidth + 2 * pair
          let (a, b, angle) = (Double(values[index]), Double(values[index + 1]), angles[row * headWidth / 2 + pair])
          expected[index] = Float(a * cos(angle) - b * sin(angle))
          expected[index + 1] = Float(b * cos(angle) + a * sin(angle))
        }
      }
    }
    #expect(largestDifference(found, expected) < 1e-6)
  }

  @Test(
    "means of neighbors count the pixels inside only", arguments: availableLevels, [(1, 1, 3), (4, 6, 16), (5, 3, 21)])
  func neighbors(level: kernel_level, sizes: (height: Int, width: Int, channels: Int)) throws {
    let table = try #require(kernels_at(level)).pointee
    let (height, width, channels) = sizes
    let pixels = randomFloats(height * width * channels)
    var found = [Float](repeating: .nan, count: (height + 1) / 2 * ((width + 1) / 2) * channels)
    table.average_neighbors(pixels, &found, height, width, channels)
    var expected: [Float] = []
    for row in stride(from: 0, to: height, by: 2) {
      for column in stride(from: 0, to: width, by: 2) {
        for channel in 0..<channels {
          let inside = (max(row - 1, 0)...min(row + 1, height - 1)).flatMap { y in
            (max(column - 1, 0)...min(column + 1, width - 1)).map { pixels[(y * width + $0) * channels + channel] }
          }
          expected.append(inside.reduce(0, +) / Float(inside.count))
        }
      }
    }
    #expect(largestDifference(found, expected) < 1e-6)
  }

  @Test(
    "attention is its formula in f64", arguments: availableLevels,
    [(7, 7, 64), (1, 33, 64), (50, 50, 16), (5, 21, 20), (13, 13, 80), (4, 4, 4)])
  func attention(level: kernel_level, sizes: (queries: Int, keys: Int, headWidth: Int)) throws {
    let table = try #require(kernels_at(level)).pointee
    let heads = 2
    let width = heads * sizes.headWidth
    let queries = randomFloats(sizes.queries * width, in: -3...3, seed: 1)
    let keys = randomFloats(sizes.keys * width, in: -3...3, seed: 2)
    let values = randomFloats(sizes.keys * width, seed: 3)
    let scale = 1 / Float(sizes.headWidth).squareRoot()
    var found = [Float](repeating: 0, count: sizes.queries * width)
    var scratch = [Float](repeating: .nan, count: attention_scratch(sizes.keys, sizes.headWidth))
    queries.withUnsafeBufferPointer { queries in
      keys.withUnsafeBufferPointer { keys in
        values.withUnsafeBufferPointer { values in
          table.attention(
            attention_rows(base: queries.baseAddress, stride: width),
            attention_rows(base: keys.baseAddress, stride: width),
            attention_rows(base: values.baseAddress, stride: width), &found, width,
            attention_sizes(
              queries: sizes.queries, keys: sizes.keys, heads: heads, head_width: sizes.headWidth, scale: scale),
            &scratch)
        }
      }
    }
    var expected = [Float](repeating: 0, count: found.count)
    for head in 0..<heads {
      for query in 0..<sizes.queries {
        let columns = head * sizes.headWidth..<(head + 1) * sizes.headWidth
        let weights = (0..<sizes.keys).map { key in
          exp(
            columns.reduce(0.0) { $0 + Double(queries[query * width + $1]) * Double(keys[key * width + $1]) }
              * Double(scale))
        }
        for column in columns {
          let sum = (0..<sizes.keys).reduce(0.0) { $0 + weights[$1] * Double(values[$1 * width + column]) }
          expected[query * width + column] = Float(sum / weights.reduce(0, +))
        }
      }
    }
    #expect(largestDifference(found, expected) < 2e-6)
  }

  @Test("the first value above a threshold is found at every index, and nothing else is", arguments: availableLevels)
  func firstAbove(level: kernel_level) throws {
    let table = try #require(kernels_at(level)).pointee
    let count = 64 * 2 + 21
    for index in 0..<count {
      var values = [Float](repeating: 1, count: count)
      values[0] = .nan
      values[index] = 1.5
      #expect(table.first_above(values, 0, count, 1) == index)
      #expect(table.first_above(values, index, count, 1) == index)
      #expect(table.first_above(values, index + 1, count, 1) == count)
      #expect(table.first_above(values, 0, count, 1.5) == count)
    }
    #expect(table.first_above([.infinity], 0, 1, -.infinity) == 0)
  }

  @Test("the first line above a limit at one of some places is found at every index", arguments: availableLevels)
  func firstLineAbove(level: kernel_level) throws {
    let table = try #require(kernels_at(level)).pointee
    let count = 32 * 2 + 21
    let (places, limits): ([Float], [Float]) = ([0.5, 2, 3], [1, 1, 1])
    for index in 0..<count {
      var slopes = [Float](repeating: 1, count: count)
      let offsets = [Float](repeating: 2, count: count)
      slopes[0] = .nan
      // At 3 it is 1.25, elsewhere below the limits.
      slopes[index] = 3.25 / 3
      #expect(table.first_line_above(slopes, offsets, 0, count, places, limits, 3) == index)
      #expect(table.first_line_above(slopes, offsets, index + 1, count, places, limits, 3) == count)
      #expect(table.first_line_above(slopes, offsets, 0, count, places, limits, 2) == count)
    }
    #expect(table.first_line_above([1], [2], 0, 1, [0], [-.infinity], 1) == 0)
  }

  @Test(
    "attention in a tree is causal attention over its ancestors' rows and its own", arguments: availableLevels,
    [64, 20])
  func treeAttention(level: kernel_level, headWidth: Int) throws {
    let table = try #require(kernels_at(level)).pointee
    let (heads, before, own, width) = (2, 18, 5, 2 * headWidth)
    let keys = before + own
    let queries = randomFloats(own * width, in: -2...2, seed: 1)
    let keyRows = randomFloats(keys * width, in: -2...2, seed: 2)
    let valueRows = randomFloats(keys * width, seed: 3)
    let upstream = randomFloats(own * width, seed: 4)
    let scale = 1 / Float(headWidth).squareRoot()

    var (found, dq) = ([Float](repeating: .nan, count: own * width), [Float](repeating: .nan, count: own * width))
    var (dk, dv) = ([Float](repeating: 0, count: keys * width), [Float](repeating: 0, count: keys * width))
    var probabilities = [Float](repeating: .nan, count: own * heads * keys)
    keyRows.withUnsafeBufferPointer { keyRows in
      valueRows.withUnsafeBufferPointer { valueRows in
        dk.withUnsafeMutableBufferPointer { dk in
          dv.withUnsafeMutableBufferPointer { dv in
            // The ancestors in two spans, as two segments would be.
            let spans = [(0, 7), (7, 11), (18, 5)].map { first, count in
              tree_span(
                keys: keyRows.baseAddress.map { $0 + first * width },
                values: valueRows.baseAddress.map { $0 + first * width }, stride: width,
                key_gradients: dk.baseAddress.map { $0 + first * width },
                value_gradients: dv.baseAddress.map { $0 + first * width }, gradient_stride: width, count: count)
            }
            queries.withUnsafeBufferPointer { queries in
              spans.withUnsafeBufferPointer { spans in
                probabilities.withUnsafeMutableBufferPointer { probabilities in
                  let attention = tree_attention(
                    queries: queries.baseAddress, query_stride: width, query_count: own, first_query: 0,
                    spans: spans.baseAddress, span_count: spans.count, heads: heads, head_width: headWidth,
                    scale: scale, hidden: nil, probabilities: probabilities.baseAddress, keys: keys, scratch: nil)
                  table.tree_attention(attention, &found, width)
                  table.tree_attention_backward(attention, upstream, width, &dq, width)
                }
              }
            }
          }
        }
      }
    }

    func output(_ q: [Double], _ k: [Double], _ v: [Double]) -> [Double] {
      (0..<own).flatMap { query in
        (0..<heads).flatMap { head -> [Double] in
          let columns = head * headWidth..<(head + 1) * headWidth
          let weights = (0...before + query).map { key in
            exp(columns.reduce(0.0) { $0 + q[query * width + $1] * k[key * width + $1] } * Double(scale))
          }
          let total = weights.reduce(0, +)
          return columns.map { column in
            (0...before + query).reduce(0.0) { $0 + weights[$1] / total * v[$1 * width + column] }
          }
        }
      }
    }
    let (q, k, v) = (queries.map(Double.init), keyRows.map(Double.init), valueRows.map(Double.init))
    #expect(largestDifference(found, output(q, k, v).map(Float.init)) < 2e-6)

    func loss(_ q: [Double], _ k: [Double], _ v: [Double]) -> Double {
      zip(output(q, k, v), upstream).reduce(0) { $0 + $1.0 * Double($1.1) }
    }
    func slope(_ values: [Double], _ index: Int, _ loss: ([Double]) -> Double) -> Double {
      var (up, down) = (values, values)
      up[index] += 1e-5
      down[index] -= 1e-5
      return (loss(up) - loss(down)) / 2e-5
    }
    for index in stride(from: 0, to: own * width, by: 37) {
      #expect(abs(Double(dq[index]) - slope(q, index) { loss($0, k, v) }) < 1e-5)
    }
    for index in stride(from: 0, to: keys * width, by: 53) {
      #expect(abs(Double(dk[index]) - slope(k, index) { loss(q, $0, v) }) < 1e-5)
      #expect(abs(Double(dv[index]) - slope(v, index) { loss(q, k, $0) }) < 1e-5)
    }
  }

  @Test(
    "attention of every query over every key is the same by blocks of queries and by single ones",
    arguments: availableLevels, [64, 20])
  func denseAttention(level: kernel_level, headWidth: Int) throws {
    let table = try #require(kernels_at(level)).pointee
    // More queries than a block of the backward pass, and neither they nor the keys a multiple of a vector.
    let (heads, queryCount, keys, width) = (2, 23, 37, 2 * headWidth)
    let queries = randomFloats(queryCount * width, in: -2...2, seed: 1)
    let keyRows = randomFloats(keys * width, in: -2...2, seed: 2)
    let valueRows = randomFloats(keys * width, seed: 3)
    let upstream = randomFloats(queryCount * width, seed: 4)
    // Gradients of keys and values are added to what is there.
    let before = randomFloats(keys * width, seed: 5)
    struct Pass {
      var (output, queries, keys, values, probabilities): ([Float], [Float], [Float], [Float], [Float])
    }
    func pass(byBlocks: Bool) -> Pass {
      let nan = [Float](repeating: .nan, count: queryCount * width)
      var result = Pass(
        output: nan, queries: nan, keys: before, values: before,
        probabilities: [Float](repeating: .nan, count: queryCount * heads * keys))
      var scratch = [Float](repeating: .nan, count: tree_attention_scratch(keys, headWidth))
      queries.withUnsafeBufferPointer { queries in
        keyRows.withUnsafeBufferPointer { keyRows in
          valueRows.withUnsafeBufferPointer { valueRows in
            result.keys.withUnsafeMutableBufferPointer { dk in
              result.values.withUnsafeMutableBufferPointer { dv in
                result.probabilities.withUnsafeMutableBufferPointer { probabilities in
                  scratch.withUnsafeMutableBufferPointer { scratch in
                    let span = tree_span(
                      keys: keyRows.baseAddress, values: valueRows.baseAddress, stride: width,
                      key_gradients: dk.baseAddress, value_gradients: dv.baseAddress, gradient_stride: width,
                      count: keys)
                    withUnsafePointer(to: span) { span in
                      let attention = tree_attention(
                        queries: queries.baseAddress, query_stride: width, query_count: queryCount, first_query: keys,
                        spans: span, span_count: 1, heads: heads, head_width: headWidth,
                        scale: 1 / Float(headWidth).squareRoot(), hidden: nil, probabilities: probabilities.baseAddress,
                        keys: keys, scratch: byBlocks ? scratch.baseAddress : nil)
                      table.tree_attention(attention, &result.output, width)
                      table.tree_attention_backward(attention, upstream, width, &result.queries, width)
                    }
                  }
                }
              }
            }
          }
        }
      }
      return result
    }
    let (single, blocks) = (pass(byBlocks: false), pass(byBlocks: true))
    #expect(largestDifference(blocks.output, single.output) < 2e-6)
    #expect(largestDifference(blocks.probabilities, single.probabilities) < 2e-6)
    #expect(largestDifference(blocks.queries, single.queries) < 5e-6)
    #expect(largestDifference(blocks.keys, single.keys) < 5e-6)
    #expect(largestDifference(blocks.values, single.values) < 5e-6)
  }

  @Test("rows become unit rows, and zero rows stay zero", arguments: availableLevels)
  func normalize(level: kernel_level) throws {
    let table = try #require(kernels_at(level)).pointee
    var rows: [Float] = [3, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] + [Float](repeating: 0, count: 17)
    table.normalize_rows(&rows, 2, 17)
    #expect(Array(rows[0..<2]) == [0.6, 0.8])
    #expect(rows[17...].allSatisfy { $0 == 0 })
  }

  @Test("average pooling takes means of windows and drops a remainder", arguments: availableLevels)
  func averagePool(level: kernel_level) throws {
    let table = try #require(kernels_at(level)).pointee
    // A 3 x 3 image of 18 channels; channel c of pixel p is p + c.
    let image = (0..<9).flatMap { pixel in (0..<18).map { Float(pixel + $0) } }
    var pooled = [Float](repeating: 0, count: 18)
    table.average_pool(image, &pooled, 3, 3, 18, 2)
    #expect(pooled == (0..<18).map { Float(0 + 1 + 3 + 4) / 4 + Float($0) })
  }

  @Test("all instruction sets agree to the last few bits")
  func agreement() throws {
    let rows = randomFloats(4 * 515, in: -3...3)
    let (gamma, beta) = (randomFloats(515, seed: 5), randomFloats(515, seed: 6))
    let upstream = randomFloats(4 * 515, seed: 7)
    func results(_ level: kernel_level) throws -> [Float] {
      let table = try #require(kernels_at(level)).pointee
      var normalized = [Float](repeating: 0, count: rows.count)
      var statistics = [Float](repeating: 0, count: 2 * 4)
      table.layer_norm(rows, &normalized, 4, 515, gamma, beta, 1e-5, &statistics)
      var activated = rows
      table.quick_gelu(rows, &activated, activated.count)
      var exact = rows
      table.gelu(rows, &exact, exact.count)
      var gradient = [Float](repeating: 0, count: rows.count)
      table.layer_norm_backward(upstream, rows, statistics, &gradient, 4, 515, gamma)
      var quickGradient = upstream
      table.quick_gelu_backward(rows, &quickGradient, rows.count)
      var exactGradient = upstream
      table.gelu_backward(rows, &exactGradient, rows.count)
      var unit = rows
      table.normalize_rows(&unit, 4, 515)
      return normalized + activated + exact + gradient + quickGradient + exactGradient + unit
    }
    let portable = try results(KERNEL_PORTABLE)
    for level in availableLevels {
      #expect(largestDifference(try results(level), portable) < 1e-6)
    }
  }
}
