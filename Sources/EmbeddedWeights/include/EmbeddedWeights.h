// Files of weights/ that the executable carries.
#ifndef EMBEDDED_WEIGHTS_H
#define EMBEDDED_WEIGHTS_H

#include <stddef.h>

/// A file's bytes, which live as long as the program.
typedef struct {
  const unsigned char *_Nonnull bytes;
  size_t count;
} embedded_file;

/// weights/clip-vocabulary/bpe_simple_vocab_16e6.txt.gz: OpenAI's list of merges, compressed by gzip.
embedded_file embedded_clip_vocabulary(void);

/// weights/clip-templates/: the prompts of CLIP's authors for ImageNet, one a line, and the seven that they selected.
embedded_file embedded_clip_templates_80(void);
embedded_file embedded_clip_templates_7(void);

/// A file of a folder.
typedef struct {
  const char *_Nonnull name;
  embedded_file contents;
} embedded_model_file;

/// weights/mini-clip: the files of a model folder, `count` of them.
const embedded_model_file *_Nonnull embedded_mini_clip(size_t *_Nonnull count);

#endif
