// A file of libhdf5 whose bytes are in memory already: a virtual file driver that only reads.
//
// The library's own drivers let it keep a buffer of metadata. Of a damaged file it reads that buffer where there is none, when an
// address is "nowhere" (all ones): libhdf5 1.10, H5F__accum_read. Here each read is one of its own, and one that lies
// beyond the bytes fails.
#pragma once
#include <hdf5.h>
#include <stdlib.h>
#include <string.h>
#if H5_VERSION_GE(1, 13, 0)
#include <H5FDdevelop.h>
#endif

// What an access property list carries: bytes that live until the file is closed.
typedef struct {
  const void *bytes;
  size_t size;
} chdf5_image;

typedef struct {
  H5FD_t base;
  chdf5_image image;
  haddr_t end;
} chdf5_image_file;

static H5FD_t *chdf5_image_open(const char *name, unsigned flags, hid_t access, haddr_t most) {
  (void)name, (void)most;
  const chdf5_image *image = H5Pget_driver_info(access);
  if (!image || flags & (H5F_ACC_RDWR | H5F_ACC_TRUNC | H5F_ACC_CREAT)) return NULL;
  chdf5_image_file *file = calloc(1, sizeof(chdf5_image_file));
  if (file) file->image = *image;
  return (H5FD_t *)file;
}

static herr_t chdf5_image_close(H5FD_t *file) {
  free(file);
  return 0;
}

static herr_t chdf5_image_query(const H5FD_t *file, unsigned long *flags) {
  (void)file;
  *flags = H5FD_FEAT_DEFAULT_VFD_COMPATIBLE;
  return 0;
}

static haddr_t chdf5_image_end(const H5FD_t *file, H5FD_mem_t type) {
  (void)type;
  return ((const chdf5_image_file *)file)->end;
}

static herr_t chdf5_image_set_end(H5FD_t *file, H5FD_mem_t type, haddr_t end) {
  (void)type;
  ((chdf5_image_file *)file)->end = end;
  return 0;
}

static haddr_t chdf5_image_size(const H5FD_t *file, H5FD_mem_t type) {
  (void)type;
  return ((const chdf5_image_file *)file)->image.size;
}

static herr_t chdf5_image_read(H5FD_t *file, H5FD_mem_t type, hid_t transfer, haddr_t address, size_t size, void *buffer) {
  (void)type, (void)transfer;
  const chdf5_image *image = &((const chdf5_image_file *)file)->image;
  if (size > image->size || address > image->size - size) return -1;
  memcpy(buffer, (const char *)image->bytes + address, size);
  return 0;
}

static herr_t chdf5_image_write(
    H5FD_t *file, H5FD_mem_t type, hid_t transfer, haddr_t address, size_t size, const void *buffer) {
  (void)file, (void)type, (void)transfer, (void)address, (void)size, (void)buffer;
  return -1;
}

// The driver's identifier, registered once; callers do not come at the same time.
static inline hid_t chdf5_image_driver(void) {
  static const H5FD_class_t driver = {
#if H5_VERSION_GE(1, 13, 0)
      .version = H5FD_CLASS_VERSION,
      .value = (H5FD_class_value_t)513,
#endif
      .name = "image",
      .maxaddr = ((haddr_t)1 << 63) - 1,
      .fc_degree = H5F_CLOSE_STRONG,
      .fapl_size = sizeof(chdf5_image),
      .open = chdf5_image_open,
      .close = chdf5_image_close,
      .query = chdf5_image_query,
      .get_eoa = chdf5_image_end,
      .set_eoa = chdf5_image_set_end,
      .get_eof = chdf5_image_size,
      .read = chdf5_image_read,
      .write = chdf5_image_write,
      .fl_map = H5FD_FLMAP_DICHOTOMY,
  };
  static hid_t identifier = -1;
  if (identifier < 0) identifier = H5FDregister(&driver);
  return identifier;
}
