#include "CMicroGPTNames.h"

// The directive is older in clang than the standard that brought it.
#if defined(__clang__)
#pragma clang diagnostic ignored "-Wc23-extensions"
#endif

static const uint8_t names[] = {
#embed "../../Fixtures/names.txt"
};

const uint8_t *mgpt_names(void) { return names; }

size_t mgpt_names_byte_count(void) { return sizeof names; }
