import PromptLensTensorFiles
import PromptLensTensors
import TestSupport
import Testing

@Suite("TorchScript archives")
struct TorchScriptModuleTests {
  @Test("each tensor's module is declared, numbered ones by strings, and names are read back")
  func script() throws {
    let module = TorchScriptModule(
      name: "CLIP", tensors: [(key: "scale", value: .none), (key: "blocks.0.weight", value: .none)])
    #expect(
      module.code == """
        class CLIP_blocks_0(Module):
          __parameters__ = ["weight", ]
          __buffers__ = []
          weight : Tensor
          training : bool
        class CLIP_blocks(Module):
          __parameters__ = []
          __buffers__ = []
          training : bool
          __annotations__ = []
          __annotations__["0"] = __torch__.CLIP_blocks_0
        class CLIP(Module):
          __parameters__ = ["scale", ]
          __buffers__ = []
          scale : Tensor
          training : bool
          blocks : __torch__.CLIP_blocks

        """)
    try withTemporaryFolder { folder in
      let tensor = try Tensor([1, 2, 3, 4], shape: [2, 2])
      try TorchArchiveWriter.createScript(
        "\(folder)/a.pt", named: "a.pt", module: "CLIP",
        [.init(name: "blocks.0.weight", shape: [2, 2], dtype: .float32)]
      ) { _ in tensor }
      let archive = try TorchArchive(path: "\(folder)/a.pt")
      #expect(archive.names == ["blocks.0.weight"] && archive.form == .torchScript)
      #expect(try archive.tensor("blocks.0.weight").floats() == tensor.floats())
    }
  }
}
