#include "EmbeddedWeights.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char seven[] = {
#embed "../../weights/clip-templates/clip-7.txt"
};

static const unsigned char eighty[] = {
#embed "../../weights/clip-templates/clip-80.txt"
};

embedded_file embedded_clip_templates_7(void) { return (embedded_file){seven, sizeof seven}; }

embedded_file embedded_clip_templates_80(void) { return (embedded_file){eighty, sizeof eighty}; }
