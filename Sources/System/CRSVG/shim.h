#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

// librsvg draws SVG through cairo as PDF with the fonts embedded, as SVG with its text as paths, and as PNG. With its
// companions it takes tens of megabytes, so it is looked for when figures are written, and is no dependency of the
// executable. Its interface is declared here: the few functions and the one structure below have been the same since
// version 2.46, and the number behind `.so` stands for them.

#define PL_RSVG_FILE "librsvg-2.so.2"
#define PL_RSVG_PACKAGE "librsvg2-2"

/// The forms of a figure.
typedef enum { PL_FIGURE_PDF, PL_FIGURE_SVG, PL_FIGURE_PNG } pl_figure_form;

typedef struct {
  double x, y, width, height;
} pl_rsvg_rectangle;

typedef struct {
  unsigned domain;
  int code;
  char *message;
} pl_rsvg_error;

typedef int pl_cairo_write(void *closure, const unsigned char *data, unsigned length);

/// The functions of librsvg, GObject and cairo that are used here.
typedef struct {
  void *(*open)(const unsigned char *data, size_t length, pl_rsvg_error **error);
  int (*render)(void *handle, void *cairo, const pl_rsvg_rectangle *viewport, pl_rsvg_error **error);
  void (*unref)(void *object);
  void *(*pdf)(pl_cairo_write *write, void *closure, double width, double height);
  void *(*svg)(pl_cairo_write *write, void *closure, double width, double height);
  void *(*image)(int format, int width, int height);
  int (*write_png)(void *surface, pl_cairo_write *write, void *closure);
  void (*set_metadata)(void *surface, int metadata, const char *text);
  void *(*create)(void *surface);
  void (*scale)(void *cairo, double x, double y);
  void (*destroy)(void *cairo);
  int (*cairo_status)(void *cairo);
  void (*finish)(void *surface);
  int (*status)(void *surface);
  void (*destroy_surface)(void *surface);
  const char *(*describe)(int status);
} pl_rsvg_library;

/// Loads the library. Returns 1, or 0 where it, or one of the functions, is missing.
static inline int pl_rsvg_load(pl_rsvg_library *library) {
  void *handle = dlopen(PL_RSVG_FILE, RTLD_NOW | RTLD_LOCAL);
  if (!handle) return 0;
  // cairo's and GObject's functions are found in the libraries that librsvg brings.
  const struct {
    const char *name;
    void *target;
  } functions[] = {
      {"rsvg_handle_new_from_data", &library->open},
      {"rsvg_handle_render_document", &library->render},
      {"g_object_unref", &library->unref},
      {"cairo_pdf_surface_create_for_stream", &library->pdf},
      {"cairo_svg_surface_create_for_stream", &library->svg},
      {"cairo_image_surface_create", &library->image},
      {"cairo_surface_write_to_png_stream", &library->write_png},
      {"cairo_pdf_surface_set_metadata", &library->set_metadata},
      {"cairo_create", &library->create},
      {"cairo_scale", &library->scale},
      {"cairo_destroy", &library->destroy},
      {"cairo_status", &library->cairo_status},
      {"cairo_surface_finish", &library->finish},
      {"cairo_surface_status", &library->status},
      {"cairo_surface_destroy", &library->destroy_surface},
      {"cairo_status_to_string", &library->describe},
  };
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
    void *address = dlsym(handle, functions[i].name);
    if (!address) return 0;
    memcpy(functions[i].target, &address, sizeof address);
  }
  return 1;
}

/// The package that holds the library.
static inline const char *pl_rsvg_package(void) { return PL_RSVG_PACKAGE; }

/// The bytes of a drawn figure, which the caller frees, or the reason that there are none.
typedef struct {
  unsigned char *bytes;
  size_t count, capacity;
  char reason[200];
} pl_figure;

static inline void pl_figure_fail(pl_figure *figure, const char *reason) {
  if (figure->reason[0]) return;
  strncpy(figure->reason, reason && *reason ? reason : "no reason is given", sizeof figure->reason - 1);
}

static inline int pl_figure_append(void *closure, const unsigned char *data, unsigned length) {
  pl_figure *figure = closure;
  if (figure->count + length > figure->capacity) {
    size_t capacity = (figure->count + length) * 2;
    unsigned char *bytes = realloc(figure->bytes, capacity);
    if (!bytes) return 1;  // CAIRO_STATUS_NO_MEMORY
    figure->bytes = bytes;
    figure->capacity = capacity;
  }
  memcpy(figure->bytes + figure->count, data, length);
  figure->count += length;
  return 0;
}

static inline void pl_figure_free(pl_figure *figure) { free(figure->bytes); }

/// Draws an SVG of `width` by `height` units, `scale` times as large. Returns 1, or 0 with the reason in `figure`.
static inline int pl_figure_draw(const pl_rsvg_library *library, const char *svg, size_t length, const char *title,
                                 pl_figure_form form, double width, double height, double scale, pl_figure *figure) {
  memset(figure, 0, sizeof *figure);
  pl_rsvg_error *error = NULL;
  void *handle = library->open((const unsigned char *)svg, length, &error);
  if (!handle) {
    pl_figure_fail(figure, error ? error->message : NULL);
    return 0;
  }
  void *surface = form == PL_FIGURE_PDF   ? library->pdf(pl_figure_append, figure, width * scale, height * scale)
                  : form == PL_FIGURE_SVG ? library->svg(pl_figure_append, figure, width * scale, height * scale)
                                          : library->image(0, (int)(width * scale + 0.5), (int)(height * scale + 0.5));
  if (form == PL_FIGURE_PDF) {
    library->set_metadata(surface, 0, title);
    // No date of creation: the same figure gives the same bytes.
    library->set_metadata(surface, 5, NULL);
  }
  void *cairo = library->create(surface);
  library->scale(cairo, scale, scale);
  pl_rsvg_rectangle viewport = {0, 0, width, height};
  if (!library->render(handle, cairo, &viewport, &error)) pl_figure_fail(figure, error ? error->message : NULL);
  int status = library->cairo_status(cairo);
  library->destroy(cairo);
  if (!status && form == PL_FIGURE_PNG) status = library->write_png(surface, pl_figure_append, figure);
  library->finish(surface);
  if (!status) status = library->status(surface);
  if (status) pl_figure_fail(figure, library->describe(status));
  library->destroy_surface(surface);
  library->unref(handle);
  return !figure->reason[0];
}
