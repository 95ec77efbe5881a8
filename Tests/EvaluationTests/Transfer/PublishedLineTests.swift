import PromptLensEvaluation
import Testing

@Suite("Lines through published models")
struct PublishedLineTests {
  @Test("a line predicts what a published model of it has, up to its residual")
  func predictions() throws {
    // DFN5B's ViT-H-14-378 of open_clip's table: 84.37 % on ImageNet, 78.33 % on ImageNetV2.
    let line = try #require(PublishedLine.all.first { $0.models == .openCLIP && $0.target == "imagenetv2" })
    #expect(abs(line.expectedTarget(atSource: 0.8437, of: 50_000) - 0.7833) < 0.01)
    // AlexNet of imagenet-testbed: 56.5 % and 43.5 %.
    let old = try #require(PublishedLine.all.first { $0.models == .testbed && $0.target == "imagenetv2" })
    #expect(abs(old.expectedTarget(atSource: 0.5652, of: 50_000) - 0.4374) < 0.01)
  }

  @Test("every line has its models, its R\u{B2} and a target of its own")
  func lines() {
    #expect(PublishedLine.all.allSatisfy { $0.count > 100 && $0.determination > 0.5 && $0.slope > 0 })
    #expect(Set(PublishedLine.all.map { "\($0.models.rawValue) \($0.target)" }).count == PublishedLine.all.count)
  }
}
