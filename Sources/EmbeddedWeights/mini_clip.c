#include "EmbeddedWeights.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char model[] = {
#embed "../../weights/mini-clip/model.h5"
};

static const unsigned char tokenizer[] = {
#embed "../../weights/mini-clip/tokenizer.json"
};

static const unsigned char manifest[] = {
#embed "../../weights/mini-clip/manifest.json"
};

static const unsigned char golden[] = {
#embed "../../weights/mini-clip/golden.json"
};

static const embedded_model_file files[] = {
    {"model.h5", {model, sizeof model}},
    {"tokenizer.json", {tokenizer, sizeof tokenizer}},
    {"manifest.json", {manifest, sizeof manifest}},
    {"golden.json", {golden, sizeof golden}},
};

const embedded_model_file *embedded_mini_clip(size_t *count) {
  *count = sizeof files / sizeof files[0];
  return files;
}
