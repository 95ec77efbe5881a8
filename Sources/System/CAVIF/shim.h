#include <avif/avif.h>
#include <dlfcn.h>
#include <string.h>

// libavif brings decoders and encoders of many megabytes, so it is looked for when an AVIF file is read, and is no
// dependency of the executable. Its structures are those of the header that this was compiled with, and the number
// behind `.so` stands for them: no other library is loaded.

#if AVIF_VERSION_MAJOR >= 1
#define PL_AVIF_FILE "libavif.so.16"
#define PL_AVIF_PACKAGE "libavif16"
#else
#define PL_AVIF_FILE "libavif.so.15"
#define PL_AVIF_PACKAGE "libavif15"
#endif

/// The functions of the library that are used here.
typedef struct {
  __typeof__(avifDecoderCreate) *create;
  __typeof__(avifDecoderDestroy) *destroy;
  __typeof__(avifDecoderSetIOMemory) *set_memory;
  __typeof__(avifDecoderParse) *parse;
  __typeof__(avifDecoderNextImage) *next;
  __typeof__(avifRGBImageSetDefaults) *set_defaults;
  __typeof__(avifImageYUVToRGB) *convert;
  __typeof__(avifResultToString) *describe;
} pl_avif_library;

/// Loads the library. Returns 1, or 0 where it, or one of its functions, is missing.
static inline int pl_avif_load(pl_avif_library *library) {
  void *handle = dlopen(PL_AVIF_FILE, RTLD_NOW | RTLD_LOCAL);
  if (!handle) return 0;
  const struct {
    const char *name;
    void *target;
  } functions[] = {
      {"avifDecoderCreate", &library->create},
      {"avifDecoderDestroy", &library->destroy},
      {"avifDecoderSetIOMemory", &library->set_memory},
      {"avifDecoderParse", &library->parse},
      {"avifDecoderNextImage", &library->next},
      {"avifRGBImageSetDefaults", &library->set_defaults},
      {"avifImageYUVToRGB", &library->convert},
      {"avifResultToString", &library->describe},
  };
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
    void *address = dlsym(handle, functions[i].name);
    if (!address) return 0;
    memcpy(functions[i].target, &address, sizeof address);
  }
  return 1;
}

/// The package that holds the library.
static inline const char *pl_avif_package(void) { return PL_AVIF_PACKAGE; }

/// What an AVIF file says of its first picture.
typedef struct {
  unsigned width, height;
  int gray, alpha;
  /// The EXIF orientation of its rotation and mirroring, which are not applied.
  int orientation;
  int truncated;
  const char *message;
} pl_avif_header;

static inline int pl_avif_check(const pl_avif_library *library, pl_avif_header *header, avifResult result) {
  if (result == AVIF_RESULT_OK) return 1;
  header->truncated = result == AVIF_RESULT_TRUNCATED_DATA;
  header->message = library->describe(result);
  return 0;
}

/// A rotation counter to the clock by `angle` quarters, then a mirroring: 0 top and bottom, 1 left and right.
static inline int pl_avif_orientation(const avifImage *image) {
  int mirrored = (image->transformFlags & AVIF_TRANSFORM_IMIR) != 0;
#if AVIF_VERSION_MAJOR >= 1
  int axis = image->imir.axis != 0;
#else
  int axis = image->imir.mode != 0;
#endif
  int angle = image->transformFlags & AVIF_TRANSFORM_IROT ? image->irot.angle & 3 : 0;
  const int rotated[] = {1, 8, 3, 6}, flipped[] = {4, 5, 2, 7}, mirror[] = {2, 7, 4, 5};
  return !mirrored ? rotated[angle] : axis ? mirror[angle] : flipped[angle];
}

/// Reads the boxes. Returns the decoder, or NULL with the reason in `header`.
static inline avifDecoder *pl_avif_open(const pl_avif_library *library, const unsigned char *bytes, size_t count,
                                        unsigned largest, pl_avif_header *header) {
  memset(header, 0, sizeof *header);
  avifDecoder *decoder = library->create();
  if (!decoder) return NULL;
  decoder->maxThreads = 1;
  decoder->imageSizeLimit = largest;
  decoder->ignoreXMP = AVIF_TRUE;
  decoder->ignoreExif = AVIF_TRUE;
  // As Pillow: files of older writers lack the one and break the other.
  decoder->strictFlags &= ~(avifStrictFlags)(AVIF_STRICT_CLAP_VALID | AVIF_STRICT_PIXI_REQUIRED);
  if (!pl_avif_check(library, header, library->set_memory(decoder, bytes, count)) ||
      !pl_avif_check(library, header, library->parse(decoder))) {
    library->destroy(decoder);
    return NULL;
  }
  header->width = decoder->image->width;
  header->height = decoder->image->height;
  header->gray = decoder->image->yuvFormat == AVIF_PIXEL_FORMAT_YUV400;
  header->alpha = decoder->alphaPresent;
  header->orientation = pl_avif_orientation(decoder->image);
  return decoder;
}

/// Decodes the first picture to RGB, or RGBA, of `header`'s size. Returns 1, or 0 with the reason in `header`.
static inline int pl_avif_decode(const pl_avif_library *library, avifDecoder *decoder, pl_avif_header *header,
                                 unsigned char *pixels) {
  if (!pl_avif_check(library, header, library->next(decoder))) return 0;
  if (decoder->image->width != header->width || decoder->image->height != header->height) {
    header->message = "its picture has another size than its header";
    return 0;
  }
  avifRGBImage rgb;
  library->set_defaults(&rgb, decoder->image);
  rgb.format = header->alpha ? AVIF_RGB_FORMAT_RGBA : AVIF_RGB_FORMAT_RGB;
  rgb.depth = 8;
  rgb.pixels = pixels;
  rgb.rowBytes = header->width * (header->alpha ? 4 : 3);
  return pl_avif_check(library, header, library->convert(decoder->image, &rgb));
}
