#include "core/wire/tcp_options.h"

namespace ringside::wire {
namespace {

constexpr std::uint16_t kFastOpenMagic = 0xf989;  // RFC 7413 appendix A, RFC 6994

void read_sack(Bytes data, TcpOptions& out) {
  if (data.empty() || data.size() % 8 != 0) return;
  out.sack.clear();
  for (std::size_t i = 0; i + 8 <= data.size(); i += 8) {
    out.sack.push_back({load32(data.data() + i), load32(data.data() + i + 4)});
  }
}

void read_option(const TcpOptionView& option, TcpOptions& out) {
  const Bytes data = option.data;
  switch (option.kind) {
    case TCPOPT_EOL:
    case TCPOPT_NOP:
      break;
    case TCPOPT_MSS:
      if (data.size() == 2) out.mss = load16(data.data());
      break;
    case TCPOPT_WINDOW:
      if (data.size() == 1) out.wscale = data[0];
      break;
    case TCPOPT_SACK_PERM:
      if (data.empty()) out.sack_permitted = true;
      break;
    case TCPOPT_SACK:
      read_sack(data, out);
      break;
    case TCPOPT_TIMESTAMP:
      if (data.size() != 8) break;
      out.saw_tstamp = true;
      out.ts_val = load32(data.data());
      out.ts_ecr = load32(data.data() + 4);
      break;
    case TCPOPT_MD5SIG:
      out.md5 = data.size() == 16;
      break;
    case TCPOPT_AO:
      out.ao = true;
      break;
    case TCPOPT_FASTOPEN:
      out.fast_open = true;
      out.fast_open_cookie = data;
      break;
    case TCPOPT_EXP:
      if (data.size() >= 2 && load16(data.data()) == kFastOpenMagic) {
        out.fast_open = true;
        out.fast_open_cookie = data.subspan(2);
      } else {
        out.unknown = true;
      }
      break;
    default:
      out.unknown = true;
  }
}

}  // namespace

TcpOptions parse_tcp_options(Bytes options) {
  TcpOptions out;
  // Nearly every segment of an established connection: NOP, NOP, timestamps (tcp_parse_aligned_timestamp).
  if (options.size() == 12 && load32(options.data()) == 0x0101080a) {
    out.saw_tstamp = true;
    out.ts_val = load32(options.data() + 4);
    out.ts_ecr = load32(options.data() + 8);
    return out;
  }
  TcpOptionReader reader(options);
  while (const auto option = reader.next()) read_option(*option, out);
  out.malformed = reader.malformed();
  return out;
}

TcpOption TcpOption::mss(std::uint16_t bytes) {
  TcpOption option{TCPOPT_MSS, {}};
  put16(option.data, bytes);
  return option;
}

TcpOption TcpOption::window_scale(std::uint8_t shift) { return {TCPOPT_WINDOW, {shift}}; }

TcpOption TcpOption::sack(const SackList& blocks) {
  TcpOption option{TCPOPT_SACK, {}};
  for (const SackBlock& block : blocks) {
    put32(option.data, block.start);
    put32(option.data, block.end);
  }
  return option;
}

TcpOption TcpOption::timestamps(std::uint32_t value, std::uint32_t echo_reply) {
  TcpOption option{TCPOPT_TIMESTAMP, {}};
  put32(option.data, value);
  put32(option.data, echo_reply);
  return option;
}

TcpOption TcpOption::fast_open(Bytes cookie) {
  return {TCPOPT_FASTOPEN, Buffer(cookie.begin(), cookie.end())};
}

void TcpOption::append_to(Buffer& out) const {
  put8(out, kind);
  if (size() == 1) return;
  put8(out, static_cast<std::uint8_t>(size()));
  put(out, data);
}

}  // namespace ringside::wire
