import PromptLensCAVIF
import PromptLensCCrypto
import PromptLensCDNNL
import PromptLensCGIF
import PromptLensCHDF5
import PromptLensCHEIF
import PromptLensCJSONC
import PromptLensCOpenJPEG
import PromptLensCPNG
import PromptLensCRSVG
import PromptLensCTIFF
import PromptLensCTurboJPEG
import PromptLensCUTF8Proc
import PromptLensCWebP
import Foundation

/// A comparison of the C libraries that the process has loaded with those that it was built with.
package enum LibraryVersions {
  /// A library and its version.
  package struct Library {
    let name: String
    /// The prefix of the library's file name.
    let file: String
    /// The version that was loaded; nil if the library doesn't state it.
    let loaded: String?
    /// The version of the headers at build time; nil if they don't state it.
    let built: String?
    /// The number of leading components of the versions that must agree.
    let compared: Int

    package init(name: String, file: String, loaded: String?, built: String?, compared: Int) {
      self.name = name
      self.file = file
      self.loaded = loaded
      self.built = built
      self.compared = compared
    }
  }

  package static var libraries: [Library] {
    [
      hdf5,
      Library(
        name: "json-c", file: "libjson-c.", loaded: String(cString: json_c_version()),
        built: "\(JSON_C_MAJOR_VERSION).\(JSON_C_MINOR_VERSION)", compared: 1),
      oneDNN,
      Library(
        name: "OpenJPEG", file: "libopenjp2.", loaded: opj_version().map { String(cString: $0) }, built: nil,
        compared: 0),
      Library(name: "giflib", file: "libgif.", loaded: nil, built: nil, compared: 0),
      Library(name: "libdeflate", file: "libdeflate.", loaded: nil, built: nil, compared: 0),
      Library(name: "libjpeg-turbo", file: "libturbojpeg.", loaded: nil, built: nil, compared: 0),
      Library(name: "liblbfgs", file: "liblbfgs", loaded: nil, built: nil, compared: 0),
      Library(
        name: "libpng", file: "libpng16.", loaded: png_get_libpng_ver(nil).map { String(cString: $0) },
        built: PNG_LIBPNG_VER_STRING, compared: 2),
      Library(
        name: "libtiff", file: "libtiff.", loaded: tiff, built: nil, compared: 0),
      Library(
        name: "libwebp", file: "libwebp.", loaded: webP(WebPGetDecoderVersion()), built: nil,
        compared: 0),
      Library(
        name: "libcrypto", file: "libcrypto.", loaded: openSSL,
        built: "\(OPENSSL_VERSION_MAJOR).\(OPENSSL_VERSION_MINOR).\(OPENSSL_VERSION_PATCH)", compared: 1),
      Library(
        name: "libutf8proc", file: "libutf8proc.", loaded: String(cString: utf8proc_version()),
        built: "\(UTF8PROC_VERSION_MAJOR).\(UTF8PROC_VERSION_MINOR).\(UTF8PROC_VERSION_PATCH)", compared: 1),
    ]
  }

  static var results: [DiagnosticResult] { libraries.map(result) + loadedOnDemand }

  /// The libraries that are looked for when a picture of their format is read, or figures are drawn.
  private static var loadedOnDemand: [DiagnosticResult] {
    var (avif, heif, rsvg) = (pl_avif_library(), pl_heif_library(), pl_rsvg_library())
    return [
      ("libavif", "AVIF images", "read", String(cString: pl_avif_package()), pl_avif_load(&avif) == 1),
      ("libheif", "HEIC images", "read", "libheif1", pl_heif_load(&heif) == 1),
      ("librsvg", "figures for papers", "drawn", String(cString: pl_rsvg_package()), pl_rsvg_load(&rsvg) == 1),
    ].map { name, subject, use, package, isThere in
      DiagnosticResult(
        "libraries", name,
        isThere
          ? "loaded for \(subject)" : "not installed: \(subject) are not \(use) (apt-get install \(package))")
    }
  }

  /// The libraries that state their versions, with the loaded ones.
  package static var loaded: [(name: String, version: String)] {
    libraries.compactMap { library in library.loaded.map { (library.name, $0) } }
  }

  package static func result(_ library: Library) -> DiagnosticResult {
    let file = file(library.file)
    let version = [library.loaded, file].compactMap { $0 }.joined(separator: ", ")
    guard let loaded = library.loaded, let built = library.built,
      leading(loaded, library.compared) != leading(built, library.compared)
    else { return DiagnosticResult("libraries", library.name, version.isEmpty ? "loaded" : version) }
    return DiagnosticResult(
      "libraries", library.name, "\(version); built with \(built)", .wrong,
      advice: "install the version that promptlens was built with, or build promptlens again on this machine")
  }

  private static func leading(_ version: String, _ count: Int) -> [Substring] {
    Array(version.split { $0 == "." || $0 == "-" }.prefix(count))
  }

  private static var hdf5: Library {
    var (major, minor, release): (UInt32, UInt32, UInt32) = (0, 0, 0)
    H5get_libversion(&major, &minor, &release)
    return Library(
      name: "HDF5", file: "libhdf5", loaded: "\(major).\(minor).\(release)",
      built: "\(H5_VERS_MAJOR).\(H5_VERS_MINOR).\(H5_VERS_RELEASE)", compared: 2)
  }

  private static var oneDNN: Library {
    let version = dnnl_version()?.pointee
    return Library(
      name: "oneDNN", file: "libdnnl.", loaded: version.map { "\($0.major).\($0.minor).\($0.patch)" },
      built: "\(DNNL_VERSION_MAJOR).\(DNNL_VERSION_MINOR).\(DNNL_VERSION_PATCH)", compared: 1)
  }

  /// The last word of the first line: "LIBTIFF, Version 4.5.0".
  private static var tiff: String? {
    TIFFGetVersion().flatMap { text in
      String(cString: text).split(separator: "\n").first?.split(separator: " ").last.map(String.init)
    }
  }

  private static func webP(_ number: Int32) -> String {
    "\(number >> 16 & 255).\(number >> 8 & 255).\(number & 255)"
  }

  private static var openSSL: String {
    let number = OpenSSL_version_num()
    return "\(number >> 28 & 15).\(number >> 20 & 255).\(number >> 4 & 255)"
  }

  /// Returns the name of the loaded file with a prefix, from the process's memory map.
  private static func file(_ prefix: String) -> String? {
    (MachineFiles().text("/proc/self/maps") ?? "").split(separator: "\n").lazy
      .compactMap { $0.split(separator: "/").last }.first { $0.hasPrefix(prefix) && $0.contains(".so") }.map(
        String.init)
  }
}
