// TCP_INFO by the names that scripts use.
#pragma once
#include <optional>
#include <string_view>

#include "core/kernel/net/ipv4/tcp_info.h"

namespace ringside::drill {

/// Value of tcpi_...; nothing for a name that is no field of struct tcp_info.
std::optional<std::int64_t> tcp_info_value(const TcpInfo& info, std::string_view name);

}  // namespace ringside::drill
