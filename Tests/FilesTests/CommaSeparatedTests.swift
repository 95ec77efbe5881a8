import PromptLensFiles
import Testing

@Suite("Comma-separated tables")
struct CommaSeparatedTests {
  @Test(
    "fields that spreadsheets would run get an apostrophe, and come back as they were",
    arguments: ["=1+1", "=HYPERLINK(\"a\")", "+cmd|' /C calc'!A0", "-apple", "@SUM(A1)", "\tx", "\rx", "'=1", "''@x"])
  func formulas(field: String) {
    #expect(CommaSeparated.harmless(field) == "'" + field)
    #expect(CommaSeparated.restored("'" + field) == field)
    let rows = try? CommaSeparated.rows(of: Array(CommaSeparated.line([field, "b"]).utf8))
    #expect(rows?.first?.fields == ["'" + field, "b"])
  }

  @Test(
    "numbers and other fields stay as they are",
    arguments: ["-1", "+2.5e-3", "-12.5 %", "-0.5 ± 0.1", "-3–4", "-inf", "", "'", "it's", "a=b", "cat", "1-2", "'tis"])
  func harmless(field: String) {
    #expect(CommaSeparated.harmless(field) == field)
    #expect(CommaSeparated.restored(field) == field)
  }
}
