#pragma once
#include "mgpt_files.h"
