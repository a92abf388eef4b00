#include "core/scenario/packetdrill/options.h"

#include <algorithm>
#include <charconv>

namespace ringside::packetdrill {
namespace {

// Sorted by name.
constexpr KnownOption known_options[] = {{"bind_port", true, true},
                                         {"code_command", true, false},
                                         {"code_format", true, false},
                                         {"code_sockopt", true, false},
                                         {"connect_port", true, true},
                                         {"debug", false, true},
                                         {"define", true, true},
                                         {"dry_run", false, true},
                                         {"gateway_ip", true, true},
                                         {"init_scripts", true, false},
                                         {"ip_version", true, true},
                                         {"is_anyip", false, true},
                                         {"local_ip", true, true},
                                         {"mss", true, true},
                                         {"mtu", true, true},
                                         {"netmask_ip", true, true},
                                         {"non_fatal", true, true},
                                         {"psp_udp_port", true, false},
                                         {"remote_ip", true, true},
                                         {"send_omit_free", false, true},
                                         {"so_filename", true, false},
                                         {"so_flags", true, false},
                                         {"speed", true, true},
                                         {"strict_segments", false, true},
                                         {"tcp_ts_ecr_scaled", false, true},
                                         {"tcp_ts_tick_usecs", true, true},
                                         {"tolerance_percent", true, true},
                                         {"tolerance_usecs", true, true},
                                         {"verbose", false, true},
                                         {"wire_client", false, false},
                                         {"wire_client_dev", true, false},
                                         {"wire_server", false, false},
                                         {"wire_server_at", true, false},
                                         {"wire_server_dev", true, false},
                                         {"wire_server_ip", true, false},
                                         {"wire_server_port", true, false}};
static_assert(std::ranges::is_sorted(known_options, {}, &KnownOption::name));

constexpr std::int64_t nanoseconds_per_microsecond = 1000;

template <class T>
bool read_number(const std::string& text, T least, T most, T& value) {
  T read{};
  const char* const end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, read);
  if (result.ec != std::errc() || result.ptr != end || read < least || read > most) return false;
  value = read;
  return true;
}

bool read_microseconds(const std::string& text, std::int64_t least, std::int64_t& nanoseconds) {
  constexpr std::int64_t most = 1'000'000'000'000;
  std::int64_t microseconds = 0;
  if (!read_number<std::int64_t>(text, least, most, microseconds)) return false;
  nanoseconds = microseconds * nanoseconds_per_microsecond;
  return true;
}

bool read_port(const std::string& text, std::uint16_t& port) {
  return read_number<std::uint16_t>(text, 1, 65535, port);
}

bool read_ip_version(const std::string& text, ScriptConfig::IpVersion& version) {
  using IpVersion = ScriptConfig::IpVersion;
  if (text == "ipv4") return version = IpVersion::ipv4, true;
  if (text == "ipv6") return version = IpVersion::ipv6, true;
  if (text == "ipv4-mapped-ipv6") return version = IpVersion::ipv4_mapped_ipv6, true;
  return false;
}

bool read_mss(const std::string& text, std::optional<int>& mss) {
  return read_number(text, 1, 65535, mss.emplace());
}

void read_non_fatal(const std::string& text, ScriptConfig& config) {
  config.non_fatal_packet = text.find("packet") != std::string::npos;
  config.non_fatal_syscall = text.find("syscall") != std::string::npos;
}

bool read_option(const std::string& name, const std::string& value, ScriptConfig& config) {
  constexpr int largest_packet = 65535;
  if (name == "ip_version") return read_ip_version(value, config.ip_version);
  if (name == "bind_port") return read_port(value, config.bind_port);
  if (name == "connect_port") return read_port(value, config.connect_port);
  if (name == "mss") return read_mss(value, config.mss);
  if (name == "mtu") return read_number(value, 0, largest_packet, config.mtu);
  if (name == "tolerance_usecs") return read_microseconds(value, 1, config.tolerance);
  if (name == "tolerance_percent") return read_number(value, 0.0, 100.0, config.tolerance_percent);
  if (name == "tcp_ts_tick_usecs") return read_microseconds(value, 0, config.timestamp_tick);
  if (name == "local_ip") config.local_ip = value;
  if (name == "remote_ip") config.remote_ip = value;
  if (name == "gateway_ip") config.gateway_ip = value;
  if (name == "netmask_ip") config.netmask_ip = value;
  if (name == "tcp_ts_ecr_scaled") config.timestamp_echo_scaled = true;
  if (name == "strict_segments") config.strict_segments = true;
  if (name == "non_fatal") read_non_fatal(value, config);
  return true;
}

}  // namespace

const KnownOption* find_option(std::string_view name) {
  const auto* const found = std::ranges::lower_bound(known_options, name, {}, &KnownOption::name);
  return found != std::ranges::end(known_options) && found->name == name ? found : nullptr;
}

ScriptConfig read_options(const Script& script, std::vector<Error>& errors) {
  ScriptConfig config;
  for (const Option& option : script.options) {
    const std::string value = option.value.value_or("");
    if (read_option(option.name, value, config)) continue;
    Error error;
    error.id = "packetdrill.bad_option_value";
    error.line = option.where.line;
    error.column = option.where.column;
    error.args = {{"option", option.name}, {"found", value}};
    errors.push_back(std::move(error));
  }
  return config;
}

}  // namespace ringside::packetdrill
