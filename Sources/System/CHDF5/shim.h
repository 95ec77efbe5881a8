// What Swift cannot import of libhdf5: macros that stand for constants, for predefined identifiers, or for versioned
// functions.
#include "reader.h"
#include "writer.h"
#include <hdf5.h>
#include <stdio.h>
#ifdef __linux__
#include <sys/syscall.h>
#include <unistd.h>
#endif

// Identifiers.

static inline hid_t chdf5_native_double(void) { return H5T_NATIVE_DOUBLE; }
static inline hid_t chdf5_native_int64(void) { return H5T_NATIVE_INT64; }
static inline hid_t chdf5_f32_little(void) { return H5T_IEEE_F32LE; }
static inline hid_t chdf5_f64_little(void) { return H5T_IEEE_F64LE; }
static inline hid_t chdf5_i64_little(void) { return H5T_STD_I64LE; }

// A 16-bit little-endian float with the given fields; f16 has 5 exponent and 10 mantissa bits, bf16 8 and 7.
static inline hid_t chdf5_create_half(size_t exponent, size_t mantissa, size_t bias) {
  hid_t type = H5Tcopy(H5T_IEEE_F32LE);
  if (type < 0) return type;
  if (H5Tset_fields(type, 15, mantissa, exponent, 0, mantissa) < 0 || H5Tset_precision(type, 16) < 0 ||
      H5Tset_size(type, 2) < 0 || H5Tset_ebias(type, bias) < 0) {
    H5Tclose(type);
    return -1;
  }
  return type;
}

// A UTF-8 string type of `size` bytes padded with nulls, or of variable length when `size` is 0.
static inline hid_t chdf5_create_string(size_t size) {
  hid_t type = H5Tcopy(H5T_C_S1);
  if (type < 0) return type;
  if (H5Tset_size(type, size == 0 ? H5T_VARIABLE : size) < 0 || H5Tset_cset(type, H5T_CSET_UTF8) < 0 ||
      (size > 0 && H5Tset_strpad(type, H5T_STR_NULLPAD) < 0)) {
    H5Tclose(type);
    return -1;
  }
  return type;
}

// Closing a property list clears the error stack; this keeps what is on it.
static inline void chdf5_close_list(hid_t list) {
  hid_t errors = H5Eget_current_stack();
  H5Pclose(list);
  if (errors >= 0) H5Eset_current_stack(errors);
}

// Files.

// Opens for reading, without a lock: a model may lie on a file system that has none. Of the metadata 256 KiB are kept, which is
// a large dataset's index of chunks; by itself the library keeps up to 32 MiB, and several times that of memory.
static inline hid_t chdf5_open(const char *path) {
  hid_t driver = chdf5_reader_driver();
  hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  if (access < 0) return access;
  H5Pset_driver(access, driver, NULL);
  H5AC_cache_config_t metadata = {.version = H5AC__CURR_CACHE_CONFIG_VERSION};
  if (H5Pget_mdc_config(access, &metadata) >= 0) {
    metadata.set_initial_size = 1;
    metadata.initial_size = metadata.min_size = metadata.max_size = 1 << 18;
    H5Pset_mdc_config(access, &metadata);
  }
  H5Pset_fclose_degree(access, H5F_CLOSE_STRONG);
  hid_t file = H5Fopen(path, H5F_ACC_RDONLY, access);
  chdf5_close_list(access);
  return file;
}

// Creates a file, or writes one anew, whose data begin at multiples of `alignment` bytes.
static inline hid_t chdf5_create(const char *path, hsize_t alignment) {
  hid_t driver = chdf5_writer_driver();
  hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  if (access < 0) return access;
  H5Pset_driver(access, driver, NULL);
  H5Pset_fclose_degree(access, H5F_CLOSE_STRONG);
  H5Pset_alignment(access, 1, alignment);
  H5Pset_small_data_block_size(access, 0);
  hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, access);
  chdf5_close_list(access);
  return file;
}

// Has the system write out the pages of a file that are not on the disk yet, without waiting for it: sync_file_range with
// SYNC_FILE_RANGE_WRITE, over the whole file. Nothing depends on whether it does.
static inline void chdf5_start_writing(hid_t file) {
#if defined(__linux__) && defined(SYS_sync_file_range)
  chdf5_driven *writer = chdf5_writer_of(file);
  if (writer) syscall(SYS_sync_file_range, writer->descriptor, 0L, 0L, 2);
#else
  (void)file;
#endif
}

// Creates a contiguous dataset, with the groups on its path, without a time stamp so that equal contents give equal
// bytes.
static inline hid_t chdf5_create_dataset(hid_t file, const char *path, hid_t type, hid_t space) {
  hid_t link = H5Pcreate(H5P_LINK_CREATE);
  hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_create_intermediate_group(link, 1);
  H5Pset_obj_track_times(creation, 0);
  H5Pset_fill_time(creation, H5D_FILL_TIME_NEVER);
  hid_t dataset = H5Dcreate2(file, path, type, space, link, creation, H5P_DEFAULT);
  chdf5_close_list(creation);
  chdf5_close_list(link);
  return dataset;
}

// The length of the user block, from whose end the file's addresses count.
static inline hsize_t chdf5_user_block(hid_t file) {
  hsize_t size = 0;
  hid_t creation = H5Fget_create_plist(file);
  if (creation < 0) return 0;
  if (H5Pget_userblock(creation, &size) < 0) size = 0;
  H5Pclose(creation);
  return size;
}

// Errors.

// The library prints no errors on this thread and loads no plug-ins.
static inline void chdf5_silence(void) {
  H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
  H5PLset_loading_state(0);
}

static inline herr_t chdf5_copy_innermost(unsigned depth, const H5E_error2_t *error, void *text) {
  // Downward, the innermost error comes last: it says what was wrong, the others where the library noticed.
  (void)depth;
  if (error->desc) {
    char *copy = (char *)text;
    size_t index = 0;
    for (; error->desc[index] && index < 255; index++) copy[index] = error->desc[index];
    copy[index] = 0;
  }
  return 0;
}

typedef struct {
  char *text;
  size_t capacity;
  size_t count;
} chdf5_messages;

static inline herr_t chdf5_add_message(unsigned depth, const H5E_error2_t *error, void *messages) {
  chdf5_messages *all = (chdf5_messages *)messages;
  if (all->count + 1 >= all->capacity) return 0;
  int written = snprintf(
      all->text + all->count, all->capacity - all->count, "#%u %s, line %u, %s: %s\n", depth,
      error->file_name ? error->file_name : "?", error->line, error->func_name ? error->func_name : "?",
      error->desc ? error->desc : "");
  if (written > 0) {
    size_t left = all->capacity - all->count - 1;
    all->count += (size_t)written < left ? (size_t)written : left;
  }
  return 0;
}

// Copies the innermost message of this thread's error stack into 256 bytes, and all of them, a line each from the innermost
// outward, into `capacity` bytes; clears the stack.
static inline void chdf5_take_error(char *text, char *all, size_t capacity) {
  text[0] = 0;
  all[0] = 0;
  chdf5_messages messages = {all, capacity, 0};
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_DOWNWARD, chdf5_copy_innermost, text);
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, chdf5_add_message, &messages);
  H5Eclear2(H5E_DEFAULT);
}

// Links.

typedef struct {
  int kind;  // 0 hard, 1 soft, 2 anything else, -1 unreadable
  unsigned long long address;  // of the object header, for a hard link
} chdf5_link;

static inline chdf5_link chdf5_link_info(hid_t group, const char *name) {
  chdf5_link link = {-1, 0};
  H5L_info_t info;
  if (H5Lget_info(group, name, &info, H5P_DEFAULT) < 0) return link;
  link.kind = info.type == H5L_TYPE_HARD ? 0 : info.type == H5L_TYPE_SOFT ? 1 : 2;
  if (link.kind == 0) link.address = info.u.address;
  return link;
}

typedef struct {
  int kind;  // 0 group, 1 dataset, 2 anything else, -1 unreadable
  unsigned long long address;
} chdf5_object;

static inline chdf5_object chdf5_object_info(hid_t object) {
  chdf5_object result = {-1, 0};
  H5O_info_t info;
  if (H5Oget_info2(object, &info, H5O_INFO_BASIC) < 0) return result;
  result.kind = info.type == H5O_TYPE_GROUP ? 0 : info.type == H5O_TYPE_DATASET ? 1 : 2;
  result.address = info.addr;
  return result;
}
