// swift-tools-version: 6.2
import PackageDescription

// Why each dependency is here:
// - libhdf5, json-c: the formats that the converters read and write.
// - oneDNN (libdnnl): matrix products and convolutions; faster here than any BLAS, and it packs weights once.
// - libjpeg-turbo, libpng, libwebp: decoding, by the libraries whose bytes Pillow's are.
// - libcrypto: SHA-256 at the speed of the processor's own instructions.
// - libdeflate: gzip and deflate with a bound on what comes out, and CRC-32 at several times zlib's speed.
// - liblbfgs: the linear probe is fitted by L-BFGS, as CLIP's authors and CoOp's fit theirs.
// - swift-argument-parser: the command line, its help and its errors.
// - swift-mustache: the report's page, from a template whose values it escapes.

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]
let strictC: [CSetting] = [.enableWarning("all"), .enableWarning("extra"), .treatAllWarnings(as: .error)]

/// A module map and shims over one of Debian's C libraries.
func system(_ name: String, pkgConfig: String? = nil, apt: String) -> Target {
  .systemLibrary(name: name, path: "Sources/System/\(name)", pkgConfig: pkgConfig, providers: [.apt([apt])])
}

/// One room of the house: a library of Swift files.
func room(_ name: String, _ dependencies: Target.Dependency...) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// The tests of one room.
func tests(of name: String, _ dependencies: Target.Dependency...) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: [.target(name: name), "TestSupport"] + dependencies, swiftSettings: strict)
}

let package = Package(
  name: "promptlens",
  products: [
    .executable(name: "promptlens", targets: ["promptlens"])
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
  ],
  targets: [
    system("CHDF5", pkgConfig: "hdf5", apt: "libhdf5-dev"),
    system("CJSONC", pkgConfig: "json-c", apt: "libjson-c-dev"),
    system("CDNNL", apt: "libdnnl-dev"),
    system("CTurboJPEG", pkgConfig: "libturbojpeg", apt: "libturbojpeg0-dev"),
    system("CPNG", pkgConfig: "libpng", apt: "libpng-dev"),
    system("CWebP", pkgConfig: "libwebp", apt: "libwebp-dev"),
    system("CCrypto", pkgConfig: "libcrypto", apt: "libssl-dev"),
    system("CMemory", apt: "libc6-dev"),
    system("CDeflate", pkgConfig: "libdeflate", apt: "libdeflate-dev"),
    system("CLBFGS", pkgConfig: "liblbfgs", apt: "liblbfgs-dev"),

    .target(name: "Kernels", cSettings: strictC, linkerSettings: [.linkedLibrary("m")]),
    // Files of weights/, compiled in.
    .target(name: "EmbeddedWeights", cSettings: strictC),
    room("Files"),
    room("JSONDocuments", "Files", "CJSONC"),
    room("Tensors", "Files", "Kernels", "CDNNL"),
    room("Tokenization", "Files", "JSONDocuments", "EmbeddedWeights", "CDeflate"),
    room("Images", "Files", "Kernels", "Tensors", "CTurboJPEG", "CPNG", "CWebP"),
    // Pictures that need no download; Images for its random numbers of a view.
    room("Drawing", "Images"),
    room("CLIP", "Kernels", "Tensors"),
    room(
      "Checkpoints", "Files", "JSONDocuments", "Tensors", "Kernels", "CLIP", "Tokenization", "EmbeddedWeights", "CHDF5",
      "CCrypto", "CDeflate", "CMemory"),
    room("Datasets", "Files", "JSONDocuments", "Tensors", "Checkpoints", "Drawing", "Images"),
    room(
      "PromptLearning", "Files", "JSONDocuments", "Kernels", "Tensors", "Tokenization", "CLIP", "Checkpoints"),
    room("Evaluation", "Kernels", "Tensors", "PromptLearning", "EmbeddedWeights", "CLBFGS"),
    room("Interpretation", "Kernels", "Tensors", "CLIP", "PromptLearning", "Evaluation"),
    room("Reporting", "JSONDocuments", .product(name: "Mustache", package: "swift-mustache")),
    room(
      "Diagnosis", "Kernels", "Tensors", "Tokenization", "Checkpoints", "CHDF5", "CJSONC", "CDNNL", "CTurboJPEG",
      "CPNG", "CWebP", "CCrypto", "CDeflate"),
    room(
      "Commands", "Files", "JSONDocuments", "Kernels", "Tensors", "Tokenization", "Images", "CLIP", "Checkpoints",
      "Datasets", "Drawing", "PromptLearning", "Evaluation", "Interpretation", "Reporting", "Diagnosis",
      "CMemory", .product(name: "ArgumentParser", package: "swift-argument-parser")),
    .executableTarget(name: "promptlens", dependencies: ["Commands"], swiftSettings: strict),

    .executableTarget(
      name: "promptlens-benchmark",
      dependencies: [
        "CLIP", "Checkpoints", "Images", "PromptLearning", "Tensors",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Tools/benchmarks/promptlens-benchmark", swiftSettings: strict),

    // Damages files and reads them; never installed.
    .executableTarget(
      name: "fuzz", dependencies: ["Files", "JSONDocuments", "Tokenization", "Checkpoints"], path: "Tools/Fuzz",
      swiftSettings: strict),

    .target(
      name: "TestSupport", dependencies: ["Files", "JSONDocuments", "Tensors"], path: "Tests/TestSupport",
      swiftSettings: strict),
    tests(of: "Kernels"),
    tests(of: "Files"),
    tests(of: "JSONDocuments"),
    tests(of: "Tensors"),
    tests(of: "Tokenization"),
    tests(of: "Images"),
    tests(of: "Drawing"),
    tests(of: "CLIP", "Checkpoints"),
    tests(of: "Checkpoints", "CLIP", "Tokenization"),
    tests(of: "Datasets", "Checkpoints", "CLIP", "Drawing", "Images"),
    tests(of: "PromptLearning", "CLIP", "Checkpoints", "Tokenization"),
    tests(of: "Evaluation", "JSONDocuments"),
    tests(of: "Interpretation", "CLIP", "Checkpoints", "PromptLearning", "Tokenization"),
    tests(of: "Reporting", "JSONDocuments"),
    tests(of: "Diagnosis"),
    tests(of: "Commands", "promptlens", "Checkpoints", "CLIP", "Datasets"),
  ],
  swiftLanguageModes: [.v6]
)
