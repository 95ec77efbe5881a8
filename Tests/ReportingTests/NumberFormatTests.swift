import PromptLensReporting
import Testing

@Suite("Numbers for readers")
struct NumberFormatTests {
  @Test("counts are grouped, sizes and fractions have units")
  func formats() {
    #expect(1_234_567.grouped == "1,234,567")
    #expect((-1000).grouped == "-1,000")
    #expect(999.byteSize == "999 B")
    #expect(25_789_400.byteSize == "25.8 MB")
    #expect(0.720238.percentage == "72.02 %")
  }
}
