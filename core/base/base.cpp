#include "core/base/result.h"
#include "core/base/seq.h"
