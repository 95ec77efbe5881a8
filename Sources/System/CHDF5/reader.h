// A virtual file driver of libhdf5 that only reads, each time from the file itself.
//
// The library's own drivers let it keep a buffer of metadata. Of a damaged file it reads that buffer where there is none, when an
// address is "nowhere" (all ones): libhdf5 1.10, H5F__accum_read. Here each read is one of its own, and one that lies
// beyond the file's end fails.
#pragma once
#include "driver.h"
#include <sys/stat.h>

static H5FD_t *chdf5_reader_open(const char *name, unsigned flags, hid_t access, haddr_t most) {
  (void)access, (void)most;
  if (flags & (H5F_ACC_RDWR | H5F_ACC_TRUNC | H5F_ACC_CREAT)) return NULL;
  chdf5_driven *file = calloc(1, sizeof(chdf5_driven));
  if (!file) return NULL;
  struct stat status;
  file->descriptor = open(name, O_RDONLY | O_CLOEXEC);
  if (file->descriptor < 0 || fstat(file->descriptor, &status) != 0 || status.st_size < 0) {
    if (file->descriptor >= 0) close(file->descriptor);
    free(file);
    return NULL;
  }
  file->size = (haddr_t)status.st_size;
  return (H5FD_t *)file;
}

static herr_t chdf5_reader_query(const H5FD_t *file, unsigned long *flags) {
  (void)file;
  *flags = H5FD_FEAT_DEFAULT_VFD_COMPATIBLE;
  return 0;
}

static herr_t chdf5_reader_read(
    H5FD_t *file, H5FD_mem_t type, hid_t transfer, haddr_t address, size_t size, void *buffer) {
  (void)type, (void)transfer;
  const chdf5_driven *reader = (const chdf5_driven *)file;
  if (size > reader->size || address > reader->size - size) return -1;
  for (size_t done = 0; done < size;) {
    ssize_t count = pread(reader->descriptor, (char *)buffer + done, size - done, (off_t)(address + done));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return -1;
    done += (size_t)count;
  }
  return 0;
}

static herr_t chdf5_reader_write(
    H5FD_t *file, H5FD_mem_t type, hid_t transfer, haddr_t address, size_t size, const void *buffer) {
  (void)file, (void)type, (void)transfer, (void)address, (void)size, (void)buffer;
  return -1;
}

// The driver's identifier, registered once; callers do not come at the same time.
static inline hid_t chdf5_reader_driver(void) {
  static const H5FD_class_t driver = {
#if H5_VERSION_GE(1, 13, 0)
      .version = H5FD_CLASS_VERSION,
      .value = (H5FD_class_value_t)513,
#endif
      .name = "reader",
      .maxaddr = ((haddr_t)1 << 63) - 1,
      .fc_degree = H5F_CLOSE_STRONG,
      .open = chdf5_reader_open,
      .close = chdf5_driven_close,
      .query = chdf5_reader_query,
      .get_eoa = chdf5_driven_end,
      .set_eoa = chdf5_driven_set_end,
      .get_eof = chdf5_driven_size,
      .read = chdf5_reader_read,
      .write = chdf5_reader_write,
      .fl_map = H5FD_FLMAP_DICHOTOMY,
  };
  static hid_t identifier = -1;
  if (identifier < 0) identifier = H5FDregister(&driver);
  return identifier;
}
