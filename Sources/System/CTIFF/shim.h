#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <tiffio.h>

// libtiff reads through callbacks, and its messages and tags go through variable arguments, which Swift cannot pass.

/// The file in memory, and after a failure libtiff's first message.
typedef struct {
  const unsigned char *bytes;
  uint64_t count, offset;
  char message[160];
  /// Whether the palette could not be read: libtiff takes the picture for gray then.
  int lacks_palette;
} pl_tiff_file;

/// What a TIFF file says of its first page.
typedef struct {
  uint32_t width, height;
  uint16_t bits, samples, photometric, compression, planar, sample_format, orientation;
  /// The pixels, across and down, that share their color differences.
  uint16_t shared_across, shared_down;
  /// The kinds of the samples beyond the colors.
  uint16_t extra_count, extra[8];
  int tiled;
  /// The size of a tile, or a strip.
  uint32_t part_width, part_height;
  /// The bytes of a row of a tile or strip, and of a whole one.
  uint64_t part_row_bytes, part_bytes;
  /// RGB triples of the palette; 0 when there is none.
  int color_count;
  unsigned char colors[768];
} pl_tiff_header;

static inline tmsize_t pl_tiff_read(thandle_t handle, void *target, tmsize_t count) {
  pl_tiff_file *file = handle;
  uint64_t left = file->offset < file->count ? file->count - file->offset : 0;
  uint64_t taken = count < 0 ? 0 : (uint64_t)count < left ? (uint64_t)count : left;
  memcpy(target, file->bytes + (left ? file->offset : 0), taken);
  file->offset += taken;
  return (tmsize_t)taken;
}

static inline tmsize_t pl_tiff_write(thandle_t handle, void *source, tmsize_t count) {
  (void)handle, (void)source, (void)count;
  return -1;
}

static inline toff_t pl_tiff_seek(thandle_t handle, toff_t offset, int whence) {
  pl_tiff_file *file = handle;
  if (whence == SEEK_CUR) offset += file->offset;
  if (whence == SEEK_END) offset += file->count;
  return file->offset = offset;
}

static inline int pl_tiff_close(thandle_t handle) {
  (void)handle;
  return 0;
}

static inline toff_t pl_tiff_size(thandle_t handle) { return ((pl_tiff_file *)handle)->count; }

static inline int pl_tiff_note(TIFF *tiff, void *data, const char *module, const char *format, va_list arguments) {
  (void)tiff, (void)module;
  pl_tiff_file *file = data;
  if (!file->message[0]) vsnprintf(file->message, sizeof file->message, format, arguments);
  return 1;
}

/// Ignores warnings, but for the one that a palette is left out.
static inline int pl_tiff_warn(TIFF *tiff, void *data, const char *module, const char *format, va_list arguments) {
  (void)tiff, (void)module;
  char message[160];
  vsnprintf(message, sizeof message, format, arguments);
  if (strstr(message, "ColorMap")) ((pl_tiff_file *)data)->lacks_palette = 1;
  return 1;
}

/// Opens the first page; no single piece of memory may be larger than `largest`.
///
/// Returns NULL with a message in `file` when the file cannot be read.
static inline TIFF *pl_tiff_open(pl_tiff_file *file, int64_t largest, pl_tiff_header *header) {
  memset(header, 0, sizeof *header);
  TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
  if (!options) return NULL;
  TIFFOpenOptionsSetMaxSingleMemAlloc(options, largest);
  TIFFOpenOptionsSetErrorHandlerExtR(options, pl_tiff_note, file);
  TIFFOpenOptionsSetWarningHandlerExtR(options, pl_tiff_warn, file);
  // "m": no mapping; the file is in memory already.
  TIFF *tiff = TIFFClientOpenExt("image", "rm", file, pl_tiff_read, pl_tiff_write, pl_tiff_seek, pl_tiff_close,
                                 pl_tiff_size, NULL, NULL, options);
  TIFFOpenOptionsFree(options);
  if (!tiff) return NULL;

  TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &header->width);
  TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &header->height);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_BITSPERSAMPLE, &header->bits);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLESPERPIXEL, &header->samples);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_COMPRESSION, &header->compression);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_PLANARCONFIG, &header->planar);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLEFORMAT, &header->sample_format);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_ORIENTATION, &header->orientation);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_YCBCRSUBSAMPLING, &header->shared_across, &header->shared_down);
  // The tag is required; where it is missing, Pillow and others take white for 0.
  TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &header->photometric);
  uint16_t extra_count = 0, *extra = NULL;
  if (TIFFGetField(tiff, TIFFTAG_EXTRASAMPLES, &extra_count, &extra) && extra) {
    header->extra_count = extra_count;
    for (int i = 0; i < extra_count && i < 8; i++) header->extra[i] = extra[i];
  }
  uint16_t *red, *green, *blue;
  if (header->photometric == PHOTOMETRIC_PALETTE && header->bits <= 8 &&
      TIFFGetField(tiff, TIFFTAG_COLORMAP, &red, &green, &blue)) {
    header->color_count = 1 << header->bits;
    for (int i = 0; i < header->color_count; i++) {
      header->colors[3 * i] = red[i] >> 8;
      header->colors[3 * i + 1] = green[i] >> 8;
      header->colors[3 * i + 2] = blue[i] >> 8;
    }
  }
  // The JPEG library turns brightness and color differences into colors itself.
  if (header->compression == COMPRESSION_JPEG && header->photometric == PHOTOMETRIC_YCBCR)
    TIFFSetField(tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
  header->tiled = TIFFIsTiled(tiff);
  if (header->tiled) {
    TIFFGetField(tiff, TIFFTAG_TILEWIDTH, &header->part_width);
    TIFFGetField(tiff, TIFFTAG_TILELENGTH, &header->part_height);
    header->part_row_bytes = TIFFTileRowSize64(tiff);
    header->part_bytes = TIFFTileSize64(tiff);
  } else {
    header->part_width = header->width;
    TIFFGetFieldDefaulted(tiff, TIFFTAG_ROWSPERSTRIP, &header->part_height);
    if (header->part_height > header->height) header->part_height = header->height;
    header->part_row_bytes = TIFFScanlineSize64(tiff);
    header->part_bytes = TIFFStripSize64(tiff);
  }
  return tiff;
}
