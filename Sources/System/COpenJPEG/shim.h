#include <openjpeg.h>
#include <stdio.h>
#include <string.h>

// OpenJPEG reads a stream through callbacks; here the stream is memory.

/// The file in memory, and after a failure OpenJPEG's first message.
typedef struct {
  const unsigned char *bytes;
  size_t count, offset;
  /// Whether more was asked for than the file holds.
  int truncated;
  char message[160];
} pl_j2k_file;

static inline OPJ_SIZE_T pl_j2k_read(void *target, OPJ_SIZE_T count, void *data) {
  pl_j2k_file *file = data;
  size_t left = file->count - file->offset;
  if (left == 0 && count > 0) {
    file->truncated = 1;
    return (OPJ_SIZE_T)-1;
  }
  size_t taken = count < left ? count : left;
  memcpy(target, file->bytes + file->offset, taken);
  file->offset += taken;
  return taken;
}

static inline OPJ_OFF_T pl_j2k_skip(OPJ_OFF_T count, void *data) {
  pl_j2k_file *file = data;
  if (count < 0 || (size_t)count > file->count - file->offset) {
    file->truncated = 1;
    file->offset = file->count;
    return -1;
  }
  file->offset += (size_t)count;
  return count;
}

static inline OPJ_BOOL pl_j2k_seek(OPJ_OFF_T offset, void *data) {
  pl_j2k_file *file = data;
  if (offset < 0 || (size_t)offset > file->count) return OPJ_FALSE;
  file->offset = (size_t)offset;
  return OPJ_TRUE;
}

static inline void pl_j2k_note(const char *message, void *data) {
  pl_j2k_file *file = data;
  if (!file->message[0]) {
    strncpy(file->message, message, sizeof file->message - 1);
    file->message[strcspn(file->message, "\n")] = 0;
  }
}

/// A decoder with what it needs.
typedef struct {
  opj_codec_t *codec;
  opj_stream_t *stream;
  opj_image_t *image;
} pl_j2k_reader;

/// Frees a reader.
static inline void pl_j2k_close(pl_j2k_reader *reader) {
  if (reader->image) opj_image_destroy(reader->image);
  if (reader->codec) opj_destroy_codec(reader->codec);
  if (reader->stream) opj_stream_destroy(reader->stream);
  memset(reader, 0, sizeof *reader);
}

/// Reads the header of a codestream, or of a JP2 file around one. Returns 1, or 0 with the reason in `file`.
static inline int pl_j2k_open(pl_j2k_file *file, int is_jp2, pl_j2k_reader *reader) {
  memset(reader, 0, sizeof *reader);
  reader->codec = opj_create_decompress(is_jp2 ? OPJ_CODEC_JP2 : OPJ_CODEC_J2K);
  reader->stream = opj_stream_create(1 << 16, OPJ_TRUE);
  if (!reader->codec || !reader->stream) return 0;
  opj_set_error_handler(reader->codec, pl_j2k_note, file);
  opj_stream_set_user_data(reader->stream, file, NULL);
  opj_stream_set_user_data_length(reader->stream, file->count);
  opj_stream_set_read_function(reader->stream, pl_j2k_read);
  opj_stream_set_skip_function(reader->stream, pl_j2k_skip);
  opj_stream_set_seek_function(reader->stream, pl_j2k_seek);
  opj_dparameters_t parameters;
  opj_set_default_decoder_parameters(&parameters);
  return opj_setup_decoder(reader->codec, &parameters) && opj_read_header(reader->stream, reader->codec, &reader->image);
}

/// Decodes the whole picture. Returns 1, or 0 with the reason in `file`.
static inline int pl_j2k_decode(pl_j2k_reader *reader) {
  return opj_decode(reader->codec, reader->stream, reader->image) && opj_end_decompress(reader->codec, reader->stream);
}
