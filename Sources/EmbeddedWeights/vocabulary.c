#include "EmbeddedWeights.h"

// #embed is C23; clang has it as an extension of older standards, and compiles a megabyte in no time.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char vocabulary[] = {
#embed "../../weights/clip-vocabulary/bpe_simple_vocab_16e6.txt.gz"
};

embedded_file embedded_clip_vocabulary(void) { return (embedded_file){vocabulary, sizeof vocabulary}; }
