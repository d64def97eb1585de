// What Swift cannot call in the same way on every operating system.
#pragma once

#include "mgpt_checksum.h"
#include "mgpt_files.h"
#include "mgpt_memory.h"
#include "mgpt_numbers.h"
#include "mgpt_process.h"
#include "mgpt_signals.h"
#include "mgpt_threads.h"
