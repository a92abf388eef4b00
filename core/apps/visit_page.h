// The page that the live host's HTTP server answers with: what this connection's packets did.
#pragma once
#include <string>

#include "core/machine/kernel.h"

namespace ringside {

std::string visit_page_of(Kernel& k, SockId sk);

}  // namespace ringside
