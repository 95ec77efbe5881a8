// swift-tools-version: 6.2
import PackageDescription

// Why each dependency is here:
// - libhdf5, json-c: the formats that the converters read and write.
// - oneDNN (libdnnl): matrix products and convolutions; faster here than any BLAS, and it packs weights once.
// - libjpeg-turbo, libpng, libwebp, libtiff, giflib, OpenJPEG: decoding, by the libraries whose bytes Pillow's are, or in
//   giflib's case Debian's; all are small and on most machines already.
// - libavif, libheif: AVIF and HEIC. With their codecs they are large, so only their headers are used here, and the
//   libraries are loaded when such a file is read.
// - librsvg, with cairo: charts as PDF with embedded fonts, as SVG with text as paths, and as PNG, which no smaller
//   library writes from one source; loaded when figures are written, through the few functions that its shim declares.
// - libcrypto: SHA-256 at the speed of the processor's own instructions.
// - libutf8proc: Unicode's canonical composition, the same on every machine; Foundation's is wrong beyond U+FFFF.
// - libdeflate: gzip and deflate with a bound on what comes out, and CRC-32 at several times zlib's speed.
// - libxxhash: checksums of the tensors in our own files at the speed of memory; compiled in, from its header.
// - libarchive: the tar archives, compressed or not, that WebDataset keeps images in.
// - liblbfgs: the linear probe is fitted by L-BFGS, as CLIP's authors and CoOp's fit theirs.
// - swift-argument-parser: the command line, its help and its errors.
// - swift-mustache: the report's page, from a template whose values it escapes.

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]
// Most tests compute nothing themselves, and unoptimized they compile in half the time; what they test is optimized.
let strictTests = strict + [.unsafeFlags(["-Onone"])]
let strictC: [CSetting] = [.enableWarning("all"), .enableWarning("extra"), .treatAllWarnings(as: .error)]

/// A room's module name: prefixed, since the modules of all packages in a build share one namespace.
func module(_ room: String) -> String { "PromptLens\(room)" }

/// A dependency on another room.
func on(_ rooms: String...) -> [Target.Dependency] { rooms.map { .target(name: module($0)) } }

/// A module map and shims over one of Debian's C libraries.
func system(_ name: String, pkgConfig: String? = nil, apt: String) -> Target {
  .systemLibrary(
    name: module(name), path: "Sources/System/\(name)", pkgConfig: pkgConfig, providers: [.apt([apt])])
}

/// A room of C files.
func roomOfC(_ name: String, linkerSettings: [LinkerSetting] = []) -> Target {
  .target(name: module(name), path: "Sources/\(name)", cSettings: strictC, linkerSettings: linkerSettings)
}

/// One room of the house: a library of Swift files.
func room(_ name: String, exclude: [String] = [], _ dependencies: [Target.Dependency] = []) -> Target {
  .target(
    name: module(name), dependencies: dependencies, path: "Sources/\(name)", exclude: exclude, swiftSettings: strict)
}

/// The tests of one room; `compute` says that they compute references themselves, in loops worth optimizing.
func tests(of name: String, compute: Bool = false, _ others: String...) -> Target {
  .testTarget(
    name: "\(name)Tests",
    dependencies: [.target(name: module(name)), "TestSupport"] + others.map { .target(name: module($0)) },
    swiftSettings: compute ? strict : strictTests)
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")

let package = Package(
  name: "promptlens",
  products: [
    .executable(name: "promptlens", targets: ["promptlens"]),
    // For other packages; the rooms below are its own affair.
    .library(name: "PromptLensKit", targets: ["PromptLensKit"]),
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
    system("CTIFF", pkgConfig: "libtiff-4", apt: "libtiff-dev"),
    system("CGIF", apt: "libgif-dev"),
    system("COpenJPEG", pkgConfig: "libopenjp2", apt: "libopenjp2-7-dev"),
    system("CAVIF", apt: "libavif-dev"),
    system("CHEIF", apt: "libheif-dev"),
    system("CRSVG", apt: "librsvg2-2"),
    system("CCrypto", pkgConfig: "libcrypto", apt: "libssl-dev"),
    system("CXXHash", apt: "libxxhash-dev"),
    system("CMemory", apt: "libc6-dev"),
    system("CFiles", apt: "libc6-dev"),
    system("CDeflate", pkgConfig: "libdeflate", apt: "libdeflate-dev"),
    system("CUTF8Proc", apt: "libutf8proc-dev"),
    system("CLBFGS", pkgConfig: "liblbfgs", apt: "liblbfgs-dev"),
    system("CArchive", pkgConfig: "libarchive", apt: "libarchive-dev"),

    roomOfC("Kernels", linkerSettings: [.linkedLibrary("m")]),
    // Files of weights/, compiled in.
    roomOfC("EmbeddedWeights"),
    room("Files", on("CFiles")),
    room("JSONDocuments", on("Files", "CJSONC")),
    room("Tensors", on("Files", "Kernels", "CDNNL")),
    room(
      "TensorFiles", exclude: ["HDF5/Checks/README.md"],
      on(
        "Files", "JSONDocuments", "Tensors", "CHDF5", "CCrypto", "CDeflate", "CMemory",
        "CXXHash")),
    room("Tokenization", on("Files", "JSONDocuments", "EmbeddedWeights", "CDeflate", "CUTF8Proc")),
    room(
      "Images",
      on(
        "Files", "Kernels", "Tensors", "CTurboJPEG", "CPNG", "CWebP", "CTIFF", "CGIF", "COpenJPEG", "CAVIF", "CHEIF")),
    // Pictures that need no download.
    room("Drawing", on("Tensors")),
    // Graphs of ONNX and their files.
    room("ONNX", on("Files", "Tensors")),
    room("CLIP", on("Kernels", "Tensors", "ONNX", "Images", "CMemory")),
    room(
      "Checkpoints",
      on(
        "Files", "JSONDocuments", "Tensors", "TensorFiles", "ONNX", "Images", "CLIP", "Tokenization", "EmbeddedWeights")
    ),
    room(
      "Prompts",
      on("Files", "JSONDocuments", "Tensors", "TensorFiles", "Tokenization", "CLIP", "Checkpoints")),
    room("Features", on("Files", "JSONDocuments", "Tensors", "TensorFiles")),
    room(
      "Datasets",
      on(
        "Files", "JSONDocuments", "Tensors", "TensorFiles", "Tokenization", "Features", "Drawing", "Images", "CArchive")
    ),
    room(
      "PromptLearning",
      on(
        "Files", "JSONDocuments", "Tensors", "TensorFiles", "Tokenization", "CLIP", "Checkpoints", "Prompts",
        "Features")
    ),
    room(
      "Evaluation",
      on(
        "Files", "JSONDocuments", "Tensors", "TensorFiles", "ONNX", "Features", "Prompts", "PromptLearning",
        "EmbeddedWeights", "CLBFGS")),
    room("Interpretation", on("Tensors", "CLIP", "Features", "Prompts", "PromptLearning", "Evaluation")),
    room(
      "Experiments",
      on(
        "Files", "JSONDocuments", "Tensors", "TensorFiles", "ONNX", "Tokenization", "Images", "CLIP", "Checkpoints",
        "Prompts", "Features", "Datasets", "Drawing", "PromptLearning", "Evaluation", "Interpretation", "Diagnosis",
        "CMemory")),
    room("Reporting", on("Files", "JSONDocuments", "CRSVG") + [mustache]),
    // What experiments came to, as tables, charts and sentences.
    room(
      "Presentation",
      on(
        "Files", "JSONDocuments", "Tensors", "TensorFiles", "Tokenization", "Images", "CLIP", "Checkpoints", "Prompts",
        "Features", "Datasets", "Drawing", "PromptLearning", "Evaluation", "Interpretation", "Experiments",
        "Diagnosis", "Reporting")),
    room(
      "Diagnosis",
      on(
        "Tensors", "Tokenization", "Checkpoints", "CHDF5", "CJSONC", "CDNNL", "CTurboJPEG", "CPNG", "CWebP", "CTIFF",
        "CGIF", "COpenJPEG", "CAVIF", "CHEIF", "CRSVG", "CCrypto", "CDeflate", "CUTF8Proc")),
    // Help, usage errors, messages, progress and exit codes of any command line.
    room("CommandLineSupport", on("Files", "JSONDocuments", "Reporting") + [argumentParser]),
    room(
      "Commands",
      on(
        "Files", "JSONDocuments", "Tensors", "TensorFiles", "Tokenization", "Images", "CLIP", "Checkpoints",
        "Prompts", "Features", "Datasets", "Drawing", "PromptLearning", "Evaluation", "Interpretation", "Experiments",
        "Reporting", "Presentation", "Diagnosis", "CMemory", "CommandLineSupport") + [argumentParser]),
    .executableTarget(
      name: "promptlens", dependencies: on("CommandLineSupport", "Commands"), swiftSettings: strict),
    .target(
      name: "PromptLensKit",
      dependencies: on(
        "Tensors", "Tokenization", "CLIP", "Checkpoints", "Prompts", "Features", "Datasets", "Evaluation",
        "Interpretation", "Experiments"),
      swiftSettings: strict + [.enableUpcomingFeature("InternalImportsByDefault")]),

    .executableTarget(
      name: "promptlens-benchmark",
      dependencies: on("CLIP", "Checkpoints", "Images", "Prompts", "PromptLearning", "Tensors") + [argumentParser],
      path: "Tools/benchmarks/promptlens-benchmark", swiftSettings: strict),

    // Damages files and reads them; never installed.
    .executableTarget(
      name: "fuzz",
      dependencies: on(
        "Files", "JSONDocuments", "Tokenization", "TensorFiles", "Checkpoints", "Prompts", "Features", "Datasets",
        "Images", "Evaluation", "Experiments", "Reporting", "Presentation"),
      path: "Tools/fuzz", exclude: ["fuzz", "write-seeds"], swiftSettings: strict),

    // Computes what fixtures expect, as the tests do; never installed.
    .executableTarget(
      name: "golden",
      dependencies: on(
        "JSONDocuments", "Tensors", "TensorFiles", "Tokenization", "Images", "CLIP", "Checkpoints", "Prompts",
        "Features", "Datasets", "PromptLearning", "Experiments") + [argumentParser],
      path: "Tools/golden", swiftSettings: strict),

    .target(
      name: "TestSupport", dependencies: on("Files", "JSONDocuments", "Tensors"), path: "Tests/TestSupport",
      swiftSettings: strict),
    tests(of: "Kernels", compute: true),
    tests(of: "Files"),
    tests(of: "JSONDocuments"),
    tests(of: "Tensors", compute: true),
    tests(of: "Tokenization", compute: true),
    tests(of: "Images", compute: true, "JSONDocuments", "Tensors"),
    tests(of: "Drawing", compute: true, "Tensors"),
    tests(of: "ONNX", "Files", "Tensors"),
    tests(of: "CLIP", compute: true, "Checkpoints", "Images", "TensorFiles"),
    tests(of: "TensorFiles", "Checkpoints"),
    tests(of: "Checkpoints", "CLIP", "Files", "Images", "JSONDocuments", "TensorFiles", "Tokenization"),
    tests(of: "Prompts", "Checkpoints", "CLIP", "PromptLearning", "TensorFiles", "Tokenization"),
    tests(of: "Features", "Tensors"),
    tests(of: "Datasets", "Features", "Checkpoints", "CLIP", "Drawing", "Images", "TensorFiles"),
    tests(
      of: "PromptLearning", compute: true, "Features", "CLIP", "Checkpoints", "Experiments", "Prompts", "TensorFiles",
      "Tokenization"),
    tests(of: "Evaluation", compute: true, "Features", "JSONDocuments", "Prompts", "PromptLearning", "TensorFiles"),
    tests(
      of: "Interpretation", compute: true, "Evaluation", "Features", "CLIP", "Checkpoints", "Prompts", "PromptLearning",
      "Tokenization"),
    tests(
      of: "Experiments", "Checkpoints", "Datasets", "Evaluation", "Features", "Files", "JSONDocuments",
      "PromptLearning", "Tensors", "TensorFiles", "Tokenization"),
    tests(of: "Reporting", "JSONDocuments"),
    .testTarget(
      name: "CommandLineSupportTests", dependencies: on("CommandLineSupport") + [argumentParser],
      swiftSettings: strictTests),
    tests(of: "Diagnosis"),
    tests(
      of: "Presentation", "Datasets", "Experiments", "Evaluation", "Interpretation", "JSONDocuments", "Reporting",
      "Tensors"),
    .testTarget(
      name: "PromptLensKitTests", dependencies: ["PromptLensKit", "TestSupport", "promptlens"],
      swiftSettings: strictTests),
    .testTarget(
      name: "CommandsTests",
      dependencies: on(
        "Commands", "Checkpoints", "CLIP", "Datasets", "Experiments", "Prompts", "Reporting", "TensorFiles", "Tensors",
        "Tokenization") + [
          "promptlens", "TestSupport",
        ],
      swiftSettings: strictTests),
  ],
  swiftLanguageModes: [.v6]
)
