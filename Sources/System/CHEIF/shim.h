#include <dlfcn.h>
#include <libheif/heif.h>
#include <string.h>

// libheif brings decoders of several megabytes, so it is looked for when a HEIC file is read, and is no dependency of
// the executable. Only types are taken from its header.

/// The functions of the library that are used here.
typedef struct {
  __typeof__(heif_context_alloc) *context_alloc;
  __typeof__(heif_context_free) *context_free;
  __typeof__(heif_context_set_maximum_image_size_limit) *set_size_limit;
  __typeof__(heif_context_read_from_memory_without_copy) *read;
  __typeof__(heif_context_get_primary_image_handle) *primary;
  __typeof__(heif_image_handle_release) *handle_release;
  __typeof__(heif_image_handle_get_width) *width;
  __typeof__(heif_image_handle_get_height) *height;
  __typeof__(heif_image_handle_has_alpha_channel) *has_alpha;
  __typeof__(heif_decoding_options_alloc) *options_alloc;
  __typeof__(heif_decoding_options_free) *options_free;
  __typeof__(heif_decode_image) *decode;
  __typeof__(heif_image_release) *image_release;
  __typeof__(heif_image_get_colorspace) *colorspace;
  __typeof__(heif_image_get_width) *plane_width;
  __typeof__(heif_image_get_height) *plane_height;
  __typeof__(heif_image_get_plane_readonly) *plane;
} pl_heif_library;

/// Loads the library. Returns 1, or 0 where it, or one of its functions, is missing.
static inline int pl_heif_load(pl_heif_library *library) {
  void *handle = dlopen("libheif.so.1", RTLD_NOW | RTLD_LOCAL);
  if (!handle) return 0;
  const struct {
    const char *name;
    void *target;
  } functions[] = {
      {"heif_context_alloc", &library->context_alloc},
      {"heif_context_free", &library->context_free},
      {"heif_context_set_maximum_image_size_limit", &library->set_size_limit},
      {"heif_context_read_from_memory_without_copy", &library->read},
      {"heif_context_get_primary_image_handle", &library->primary},
      {"heif_image_handle_release", &library->handle_release},
      {"heif_image_handle_get_width", &library->width},
      {"heif_image_handle_get_height", &library->height},
      {"heif_image_handle_has_alpha_channel", &library->has_alpha},
      {"heif_decoding_options_alloc", &library->options_alloc},
      {"heif_decoding_options_free", &library->options_free},
      {"heif_decode_image", &library->decode},
      {"heif_image_release", &library->image_release},
      {"heif_image_get_colorspace", &library->colorspace},
      {"heif_image_get_width", &library->plane_width},
      {"heif_image_get_height", &library->plane_height},
      {"heif_image_get_plane_readonly", &library->plane},
  };
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
    void *address = dlsym(handle, functions[i].name);
    if (!address) return 0;
    memcpy(functions[i].target, &address, sizeof address);
  }
  return 1;
}

/// A decoded picture, and after a failure the library's message.
typedef struct {
  int width, height, channels;
  size_t stride;
  const unsigned char *pixels;
  char message[160];
  struct heif_context *context;
  struct heif_image_handle *handle;
  struct heif_image *image;
} pl_heif_picture;

static inline int pl_heif_check(pl_heif_picture *picture, struct heif_error error) {
  if (error.code == heif_error_Ok) return 1;
  if (error.message) strncpy(picture->message, error.message, sizeof picture->message - 1);
  return 0;
}

/// Frees a picture.
static inline void pl_heif_close(const pl_heif_library *library, pl_heif_picture *picture) {
  if (picture->image) library->image_release(picture->image);
  if (picture->handle) library->handle_release(picture->handle);
  if (picture->context) library->context_free(picture->context);
}

/// Reads the boxes and finds the primary picture's size. Returns 1, or 0 with the reason in `picture`.
static inline int pl_heif_open(const pl_heif_library *library, const void *bytes, size_t count, int largest_side,
                               pl_heif_picture *picture) {
  memset(picture, 0, sizeof *picture);
  picture->context = library->context_alloc();
  if (!picture->context) return 0;
  library->set_size_limit(picture->context, largest_side);
  if (!pl_heif_check(picture, library->read(picture->context, bytes, count, NULL)) ||
      !pl_heif_check(picture, library->primary(picture->context, &picture->handle)))
    return 0;
  picture->width = library->width(picture->handle);
  picture->height = library->height(picture->handle);
  return 1;
}

/// Decodes to interleaved bytes, turned as the file asks. Returns 1, or 0 with the reason in `picture`.
static inline int pl_heif_decode(const pl_heif_library *library, pl_heif_picture *picture) {
  int alpha = library->has_alpha(picture->handle);
  struct heif_decoding_options *options = library->options_alloc();
  if (options) options->convert_hdr_to_8bit = 1;
  int sound = pl_heif_check(
      picture, library->decode(picture->handle, &picture->image, heif_colorspace_RGB,
                               alpha ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB, options));
  if (options) library->options_free(options);
  if (!sound || !picture->image) return 0;
  int stride = 0;
  picture->channels = alpha ? 4 : 3;
  picture->pixels = library->plane(picture->image, heif_channel_interleaved, &stride);
  picture->width = library->plane_width(picture->image, heif_channel_interleaved);
  picture->height = library->plane_height(picture->image, heif_channel_interleaved);
  picture->stride = (size_t)stride;
  return picture->pixels && picture->width > 0 && picture->height > 0 && stride >= picture->width * picture->channels;
}
