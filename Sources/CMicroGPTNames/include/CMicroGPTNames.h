// The bundled data set, Fixtures/names.txt, as it stands: UTF-8, one name a
// line, lines ended by LF.
#pragma once

#include <stddef.h>
#include <stdint.h>

const uint8_t *mgpt_names(void);
size_t mgpt_names_byte_count(void);
