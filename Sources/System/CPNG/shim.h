#include <png.h>
#include <setjmp.h>
#include <string.h>

// libpng reports errors by longjmp, which must not cross Swift's frames: one C function holds everything between the
// creation and the destruction of the reader.

/// The file in memory, and after a failure libpng's message.
typedef struct {
  const unsigned char *bytes;
  size_t count;
  size_t offset;
  /// Whether more was asked for than the file holds.
  int truncated;
  char message[128];
} pl_png_file;

/// What a PNG file says before its pixels.
typedef struct {
  unsigned width, height;
  int bit_depth, color_type;
  int palette_count, alpha_count;
  /// RGB triples.
  unsigned char palette[768];
  unsigned char alpha[256];
} pl_png_header;

static inline void pl_png_fail(png_structp png, png_const_charp message) {
  pl_png_file *file = png_get_error_ptr(png);
  strncpy(file->message, message, sizeof file->message - 1);
  png_longjmp(png, 1);
}

static inline void pl_png_warn(png_structp png, png_const_charp message) {
  (void)png;
  (void)message;
}

static inline void pl_png_supply(png_structp png, png_bytep target, size_t count) {
  pl_png_file *file = png_get_io_ptr(png);
  if (count > file->count - file->offset) {
    file->truncated = 1;
    png_error(png, "the file ends");
  }
  memcpy(target, file->bytes + file->offset, count);
  file->offset += count;
}

/// Asks for one byte a sample (two, the low one first, in 16-bit gray), without scaling 1-bit gray; gray with alpha of
/// 16 bits becomes RGBA of 8.
static inline void pl_png_choose_samples(png_structp png, const pl_png_header *header) {
  int gray = header->color_type == PNG_COLOR_TYPE_GRAY;
  if (header->bit_depth < 8) {
    if (gray && header->bit_depth > 1)
      png_set_expand_gray_1_2_4_to_8(png);
    else
      png_set_packing(png);
  }
  if (header->bit_depth == 16) {
    if (gray)
      png_set_swap(png);
    else
      png_set_strip_16(png);
    if (header->color_type == PNG_COLOR_TYPE_GRAY_ALPHA) png_set_gray_to_rgb(png);
  }
}

/// Reads the header and, when `pixels` is not NULL, `header.height` rows of exactly `stride` bytes.
///
/// Returns 1, or 0 with the reason in `file`. Nothing is read behind the last row, so a missing IEND is no error.
static inline int pl_png_read(pl_png_file *file, pl_png_header *header, unsigned char *pixels, size_t stride) {
  memset(header, 0, sizeof *header);
  file->offset = 0;
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, file, pl_png_fail, pl_png_warn);
  png_infop info = png ? png_create_info_struct(png) : NULL;
  if (!info) {
    strncpy(file->message, "the decoder could not be started", sizeof file->message - 1);
    png_destroy_read_struct(&png, NULL, NULL);
    return 0;
  }
  if (setjmp(png_jmpbuf(png))) {
    png_destroy_read_struct(&png, &info, NULL);
    return 0;
  }
  png_set_read_fn(png, file, pl_png_supply);
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  // Text, color profiles and the like are skipped unread: no bytes depend on them.
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
  png_set_check_for_invalid_index(png, 0);
  png_read_info(png, info);

  header->width = png_get_image_width(png, info);
  header->height = png_get_image_height(png, info);
  header->bit_depth = png_get_bit_depth(png, info);
  header->color_type = png_get_color_type(png, info);
  png_colorp colors = NULL;
  if (png_get_PLTE(png, info, &colors, &header->palette_count)) {
    for (int i = 0; i < header->palette_count && i < 256; i++) {
      header->palette[3 * i] = colors[i].red;
      header->palette[3 * i + 1] = colors[i].green;
      header->palette[3 * i + 2] = colors[i].blue;
    }
  }
  png_bytep alpha = NULL;
  if (header->color_type == PNG_COLOR_TYPE_PALETTE && png_get_tRNS(png, info, &alpha, &header->alpha_count, NULL)) {
    if (header->alpha_count > 256) header->alpha_count = 256;
    memcpy(header->alpha, alpha, (size_t)header->alpha_count);
  }

  if (pixels) {
    pl_png_choose_samples(png, header);
    int passes = png_set_interlace_handling(png);
    png_read_update_info(png, info);
    if (png_get_rowbytes(png, info) != stride) png_error(png, "rows of an unexpected length");
    for (int pass = 0; pass < passes; pass++)
      for (unsigned row = 0; row < header->height; row++) png_read_row(png, pixels + row * stride, NULL);
  }
  png_destroy_read_struct(&png, &info, NULL);
  return 1;
}

/// A file that is being written into memory.
typedef struct {
  unsigned char *bytes;
  size_t count, capacity;
  char message[128];
} pl_png_output;

static inline void pl_png_fail_writing(png_structp png, png_const_charp message) {
  pl_png_output *output = png_get_error_ptr(png);
  strncpy(output->message, message, sizeof output->message - 1);
  png_longjmp(png, 1);
}

static inline void pl_png_take(png_structp png, png_bytep bytes, size_t count) {
  pl_png_output *output = png_get_io_ptr(png);
  if (count > output->capacity - output->count) png_error(png, "more bytes than there is room for");
  memcpy(output->bytes + output->count, bytes, count);
  output->count += count;
}

static inline void pl_png_flush(png_structp png) { (void)png; }

/// Writes an RGB picture of 8 bits, `height` rows of `3 * width` bytes, into `output`, whose room the caller gives.
///
/// Returns 1, or 0 with the reason in `output`.
static inline int pl_png_write(pl_png_output *output, const unsigned char *pixels, unsigned width, unsigned height) {
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, output, pl_png_fail_writing, pl_png_warn);
  png_infop info = png ? png_create_info_struct(png) : NULL;
  if (!info) {
    strncpy(output->message, "the encoder could not be started", sizeof output->message - 1);
    png_destroy_write_struct(&png, NULL);
    return 0;
  }
  if (setjmp(png_jmpbuf(png))) {
    png_destroy_write_struct(&png, &info);
    return 0;
  }
  png_set_write_fn(png, output, pl_png_take, pl_png_flush);
  png_set_IHDR(png, info, width, height, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_BASE,
               PNG_FILTER_TYPE_BASE);
  // Small pictures hardly shrink further at higher levels, and take several times as long.
  png_set_compression_level(png, 2);
  png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_SUB);
  png_write_info(png, info);
  for (unsigned row = 0; row < height; row++) png_write_row(png, pixels + (size_t)row * width * 3);
  png_write_end(png, info);
  png_destroy_write_struct(&png, &info);
  return 1;
}
