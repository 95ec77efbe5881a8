#include <archive.h>
#include <archive_entry.h>

/// Opens a tar archive for reading; names are bytes, whatever the locale. Returns NULL where memory ends.
static inline struct archive *pl_archive_tar(void) {
  struct archive *reader = archive_read_new();
  if (!reader) return NULL;
  archive_read_support_format_tar(reader);
  archive_read_set_options(reader, "tar:hdrcharset=BINARY");
  return reader;
}

/// Opens a gzip stream for reading, as an archive of one entry. Returns NULL where memory ends.
static inline struct archive *pl_archive_gzip(void) {
  struct archive *reader = archive_read_new();
  if (!reader) return NULL;
  archive_read_support_filter_gzip(reader);
  archive_read_support_format_raw(reader);
  return reader;
}

/// Whether an entry is a regular file, with contents of its own.
static inline int pl_archive_is_file(struct archive_entry *entry) {
  return archive_entry_filetype(entry) == AE_IFREG && !archive_entry_hardlink(entry);
}
