import PromptLensTensors
import Testing

@Suite("Random streams")
struct RandomStreamTests {
  @Test("Philox agrees with the known answers of its authors")
  func philox() {
    #expect(
      Philox.block(counter: SIMD4(0, 0, 0, 0), key: SIMD2(0, 0))
        == SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    #expect(
      Philox.block(
        counter: SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344), key: SIMD2(0xa409_3822, 0x299f_31d0))
        == SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
  }

  // Runs, features, noise manifests and reports that were written hold these numbers: they never change.

  @Test(
    "the streams of learning keep their bits",
    arguments: [
      (.context, [15_704_606_172_030_874_881, 8_730_733_607_313_723_195, 13_906_475_456_212_484_668]),
      (.order, [18_436_745_574_637_058_367, 7_111_170_007_511_652_086, 6_689_892_287_850_759_949]),
      (.views, [10_799_157_424_991_233_898, 7_590_965_722_030_965_343, 17_066_721_791_145_975_934]),
      (.parameters, [9_812_726_228_918_826_573, 10_574_796_176_680_401_983, 17_004_456_027_615_830_358]),
    ] as [(RandomStream.LearningPurpose, [UInt64])])
  func learning(purpose: RandomStream.LearningPurpose, expected: [UInt64]) {
    var stream = RandomStream.learning(purpose, seed: 7, epoch: 3)
    #expect((0..<3).map { _ in stream.next() } == expected)
  }

  @Test("integers, orders, normal numbers and fractions of a learning stream keep their bits")
  func learningDraws() {
    var order = RandomStream.learning(.order, seed: -1, epoch: 2)
    #expect((0..<5).map { _ in order.integer(below: 1000) } == [446, 434, 945, 946, 828])
    #expect(order.permutation(of: 8) == [7, 4, 0, 6, 1, 3, 5, 2])
    var context = RandomStream.learning(.context, seed: 1)
    #expect(
      context.normal(count: 3, deviation: 0.02).map(\.bitPattern) == [1_008_039_965, 1_029_208_120, 1_013_509_265])
    var parameters = RandomStream.learning(.parameters, seed: 1)
    #expect(
      (0..<3).map { _ in Float.random(in: -0.25...0.25, using: &parameters).bitPattern }
        == [3_170_179_744, 1_035_473_956, 3_187_164_180])
  }

  @Test("the stream of a view keeps its bits, with words of blocks in turn")
  func view() {
    var stream = RandomStream.view(2, ofImage: 1 << 40 | 12, seed: 3)
    #expect(stream.uniform(in: 0...1).bitPattern == 1_049_494_372)
    #expect(stream.integer(below: 224) == 118)
    #expect(stream.uniform(in: 0.08...1).bitPattern == 1_062_450_160)
    #expect(stream.integer(below: 1_000_000) == 827_781)
    #expect(stream.uniform(in: -2...3).bitPattern == 3_206_351_250)
  }

  @Test("the stream of a drawn picture, which is a view's, keeps its bits")
  func picture() {
    var stream = RandomStream.view((1 << 8 | 1) << 8 | 2, ofImage: 3 << 40 | 17, seed: 6)
    #expect(stream.uniform(in: 0...1).bitPattern == 1_061_755_629)
    #expect(stream.integer(below: 50) == 15)
  }

  @Test(
    "the streams of label noise keep their bits",
    arguments: [
      (.images, true, [4_602_948_890_195_465_867, 4_605_324_372_612_542_915]),
      (.falsePositives, true, [4_606_062_559_429_292_153, 4_605_264_401_905_466_697]),
      (.images, false, [4_603_342_643_314_182_943, 4_605_797_220_917_340_373]),
      (.falsePositives, false, [4_600_700_469_209_417_454, 4_603_936_623_624_909_377]),
    ] as [(RandomStream.NoisePurpose, Bool, [UInt64])])
  func labelNoise(purpose: RandomStream.NoisePurpose, isTraining: Bool, expected: [UInt64]) {
    var stream = RandomStream.labelNoise(purpose, index: 11, isTraining: isTraining, seed: 5)
    #expect((0..<2).map { _ in stream.openUnit().bitPattern } == expected)
  }

  @Test("the stream of a bootstrap keeps its bits, with blocks four draws apart")
  func bootstrap() {
    var stream = RandomStream.bootstrap(resample: 4, seed: 9)
    #expect(stream.nextBlock() == SIMD4(3_073_798_043, 872_464_872, 373_467_568, 2_516_330_833))
    #expect(stream.nextBlock() == SIMD4(1_171_025_460, 341_027_285, 2_665_888_496, 2_616_865_531))
  }

  @Test("SplitMix64 and its random directions keep their bits")
  func splitMix64() {
    var generator = SplitMix64(seed: 40)
    #expect((0..<2).map { _ in generator.next() } == [3_935_774_486_848_180_498, 17_937_708_578_470_471_451])
    #expect(generator.vector(width: 3, length: 2).map(\.bitPattern) == [1_061_963_765, 3_216_047_408, 1_067_070_377])
  }

  @Test("a stream counts its blocks beyond 32 bits")
  func carry() {
    var stream = RandomStream(seed: 1, counter: SIMD4(.max, 0, 2, 3))
    _ = stream.nextBlock()
    #expect(stream.nextBlock() == Philox.block(counter: SIMD4(0, 1, 2, 3), key: SIMD2(1, 0)))
  }
}
