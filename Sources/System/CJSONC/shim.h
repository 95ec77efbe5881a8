/// json-c, by its folder: json-c.pc also puts the generic names `json.h` and `debug.h` on the search path.
#include <json-c/json.h>
