// A virtual file driver of libhdf5 that writes a new file and remembers the first failure.
//
// After a failed write, on a full disk, the library's own driver has it end by a signal while it closes the file (1.10, in
// H5C__flush_invalidate_ring). Here a write never fails for the library: it goes on to the end, and whoever wrote the file asks
// then. What could not be written is read back as zeros.
#pragma once
#include "driver.h"
#include <string.h>

static H5FD_t *chdf5_writer_open(const char *name, unsigned flags, hid_t access, haddr_t most) {
  (void)access, (void)most;
  if (!(flags & H5F_ACC_RDWR)) return NULL;
  chdf5_driven *file = calloc(1, sizeof(chdf5_driven));
  if (!file) return NULL;
  file->descriptor = open(name, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file->descriptor < 0) {
    free(file);
    return NULL;
  }
  return (H5FD_t *)file;
}

static herr_t chdf5_writer_query(const H5FD_t *file, unsigned long *flags) {
  (void)file;
  *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE |
           H5FD_FEAT_AGGREGATE_SMALLDATA | H5FD_FEAT_DEFAULT_VFD_COMPATIBLE;
  return 0;
}

static herr_t chdf5_writer_handle(H5FD_t *file, hid_t access, void **handle) {
  (void)access;
  *handle = file;
  return 0;
}

static herr_t chdf5_writer_read(
    H5FD_t *file, H5FD_mem_t type, hid_t transfer, haddr_t address, size_t size, void *buffer) {
  (void)type, (void)transfer;
  chdf5_driven *writer = (chdf5_driven *)file;
  for (size_t done = 0; done < size;) {
    ssize_t count = pread(writer->descriptor, (char *)buffer + done, size - done, (off_t)(address + done));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      if (count < 0 && !writer->problem) writer->problem = errno;
      memset((char *)buffer + done, 0, size - done);
      break;
    }
    done += (size_t)count;
  }
  return 0;
}

static herr_t chdf5_writer_write(
    H5FD_t *file, H5FD_mem_t type, hid_t transfer, haddr_t address, size_t size, const void *buffer) {
  (void)type, (void)transfer;
  chdf5_driven *writer = (chdf5_driven *)file;
  for (size_t done = 0; done < size && !writer->problem;) {
    ssize_t count = pwrite(writer->descriptor, (const char *)buffer + done, size - done, (off_t)(address + done));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      writer->problem = count < 0 ? errno : EIO;
      break;
    }
    done += (size_t)count;
  }
  if (address + size > writer->size) writer->size = address + size;
  return 0;
}

static herr_t chdf5_writer_truncate(H5FD_t *file, hid_t transfer, hbool_t closing) {
  (void)transfer, (void)closing;
  chdf5_driven *writer = (chdf5_driven *)file;
  if (writer->size == writer->end) return 0;
  if (!writer->problem && ftruncate(writer->descriptor, (off_t)writer->end) != 0) writer->problem = errno;
  writer->size = writer->end;
  return 0;
}

// The driver's identifier, registered once; callers do not come at the same time.
static inline hid_t chdf5_writer_driver(void) {
  static const H5FD_class_t driver = {
#if H5_VERSION_GE(1, 13, 0)
      .version = H5FD_CLASS_VERSION,
      .value = (H5FD_class_value_t)514,
#endif
      .name = "writer",
      .maxaddr = ((haddr_t)1 << 63) - 1,
      .fc_degree = H5F_CLOSE_STRONG,
      .open = chdf5_writer_open,
      .close = chdf5_driven_close,
      .query = chdf5_writer_query,
      .get_eoa = chdf5_driven_end,
      .set_eoa = chdf5_driven_set_end,
      .get_eof = chdf5_driven_size,
      .get_handle = chdf5_writer_handle,
      .read = chdf5_writer_read,
      .write = chdf5_writer_write,
      .truncate = chdf5_writer_truncate,
      .fl_map = H5FD_FLMAP_SINGLE,
  };
  static hid_t identifier = -1;
  if (identifier < 0) identifier = H5FDregister(&driver);
  return identifier;
}

static inline chdf5_driven *chdf5_writer_of(hid_t file) {
  void *handle = NULL;
  return H5Fget_vfd_handle(file, H5P_DEFAULT, &handle) < 0 ? NULL : (chdf5_driven *)handle;
}

// The errno of the first write that failed, or 0.
static inline int chdf5_problem(hid_t file) {
  chdf5_driven *writer = chdf5_writer_of(file);
  return writer ? writer->problem : 0;
}

// The bytes that the file takes so far, written or not.
static inline unsigned long long chdf5_needed(hid_t file) {
  chdf5_driven *writer = chdf5_writer_of(file);
  return writer ? (unsigned long long)(writer->end > writer->size ? writer->end : writer->size) : 0;
}
