// What our virtual file drivers of libhdf5 have in common: an open file, its size, and the end that the library asks for.
#pragma once
#include <errno.h>
#include <fcntl.h>
#include <hdf5.h>
#include <stdlib.h>
#include <unistd.h>
#if H5_VERSION_GE(1, 13, 0)
#include <H5FDdevelop.h>
#endif

typedef struct {
  H5FD_t base;
  int descriptor;
  haddr_t size;  // of what is in the file; for a writer, of what was written or would have been
  haddr_t end;
  int problem;  // a writer's: errno of the first failure, or 0
} chdf5_driven;

static herr_t chdf5_driven_close(H5FD_t *file) {
  close(((chdf5_driven *)file)->descriptor);
  free(file);
  return 0;
}

static haddr_t chdf5_driven_end(const H5FD_t *file, H5FD_mem_t type) {
  (void)type;
  return ((const chdf5_driven *)file)->end;
}

static herr_t chdf5_driven_set_end(H5FD_t *file, H5FD_mem_t type, haddr_t end) {
  (void)type;
  ((chdf5_driven *)file)->end = end;
  return 0;
}

static haddr_t chdf5_driven_size(const H5FD_t *file, H5FD_mem_t type) {
  (void)type;
  return ((const chdf5_driven *)file)->size;
}
