#include <gif_lib.h>
#include <string.h>

// giflib asks for bytes through a callback, and keeps whole animations when it reads a file by itself: here it reads
// the headers and the rows of the first picture only.

/// The file in memory.
typedef struct {
  const unsigned char *bytes;
  size_t count, offset;
  /// Whether more was asked for than the file holds.
  int truncated;
} pl_gif_file;

/// What a GIF file says of its first picture.
typedef struct {
  /// The canvas.
  int screen_width, screen_height;
  /// The picture's place on it.
  int left, top, width, height;
  int interlaced;
  /// The invisible index, or -1.
  int transparent;
  /// Whether the picture has a palette, its own or the canvas's.
  int color_count;
  /// RGB triples.
  unsigned char colors[768];
} pl_gif_header;

/// Hands out the file, and zeros behind its end: a zero ends a chain of blocks, so a file that lacks nothing but its
/// last bytes is read.
static inline int pl_gif_supply(GifFileType *gif, GifByteType *target, int count) {
  pl_gif_file *file = gif->UserData;
  size_t wanted = count < 0 ? 0 : (size_t)count;
  size_t left = file->count - file->offset;
  size_t taken = wanted < left ? wanted : left;
  memcpy(target, file->bytes + file->offset, taken);
  memset(target + taken, 0, wanted - taken);
  file->offset += taken;
  if (taken < wanted) file->truncated = 1;
  return count;
}

/// Reads up to the first picture's description. Returns the reader, or NULL with a code in `error`.
static inline GifFileType *pl_gif_open(pl_gif_file *file, pl_gif_header *header, int *error) {
  memset(header, 0, sizeof *header);
  header->transparent = -1;
  GifFileType *gif = DGifOpen(file, pl_gif_supply, error);
  if (!gif) return NULL;
  header->screen_width = gif->SWidth;
  header->screen_height = gif->SHeight;
  for (;;) {
    GifRecordType record;
    GifByteType *block;
    int code;
    // Behind the file's end there are only zeros, which are no record.
    if (DGifGetRecordType(gif, &record) == GIF_ERROR) break;
    if (record == IMAGE_DESC_RECORD_TYPE) {
      if (DGifGetImageDesc(gif) == GIF_ERROR) break;
      header->left = gif->Image.Left;
      header->top = gif->Image.Top;
      header->width = gif->Image.Width;
      header->height = gif->Image.Height;
      header->interlaced = gif->Image.Interlace;
      const ColorMapObject *map = gif->Image.ColorMap ? gif->Image.ColorMap : gif->SColorMap;
      if (map) {
        header->color_count = map->ColorCount < 256 ? map->ColorCount : 256;
        for (int i = 0; i < header->color_count; i++) {
          header->colors[3 * i] = map->Colors[i].Red;
          header->colors[3 * i + 1] = map->Colors[i].Green;
          header->colors[3 * i + 2] = map->Colors[i].Blue;
        }
      }
      return gif;
    }
    if (record != EXTENSION_RECORD_TYPE) {
      gif->Error = D_GIF_ERR_NO_IMAG_DSCR;
      break;
    }
    if (DGifGetExtension(gif, &code, &block) == GIF_ERROR) break;
    // A block's first byte is its length: flags, delay (2), transparent index.
    if (code == GRAPHICS_EXT_FUNC_CODE && block && block[0] >= 4) header->transparent = block[1] & 1 ? block[4] : -1;
    int sound = GIF_OK;
    while (block && sound == GIF_OK) sound = DGifGetExtensionNext(gif, &block);
    if (sound == GIF_ERROR) break;
  }
  *error = gif->Error;
  int ignored;
  DGifCloseFile(gif, &ignored);
  return NULL;
}

/// Closes a reader.
static inline void pl_gif_close(GifFileType *gif) {
  int ignored;
  DGifCloseFile(gif, &ignored);
}
