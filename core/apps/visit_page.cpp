#include "core/apps/visit_page.h"

#include <map>

#include "core/model/counters.h"
#include "resources/narration.h"

namespace ringside {

namespace {

std::string counter_rows(const Net& net) {
  std::string rows;
  for (std::size_t i = 0; i < std::size(net.mib); ++i) {
    if (net.mib[i] == 0) continue;
    rows += "<tr><td><code>";
    rows += name_of(static_cast<Counter>(i));
    rows += "</code></td><td>" + std::to_string(net.mib[i]) + "</td></tr>\n";
  }
  return rows;
}

std::map<std::string, std::string, std::less<>> values_of(Kernel& k, SockId sk) {
  const Sock& s = k[sk];
  const TcpSock& tp = s.tp;
  return {{"kernel", k.profile.name},
          {"peer", s.daddr.to_string()},
          {"peer_port", std::to_string(s.dport)},
          {"local", s.saddr.to_string()},
          {"local_port", std::to_string(s.sport)},
          {"segs_in", std::to_string(tp.segs_in)},
          {"data_segs_in", std::to_string(tp.data_segs_in)},
          {"segs_out", std::to_string(tp.segs_out)},
          {"delivered", std::to_string(s.delivered_bytes)},
          {"bytes_received", std::to_string(tp.bytes_received)},
          {"bytes_acked", std::to_string(tp.bytes_acked)},
          {"rcv_ooopack", std::to_string(tp.rcv_ooopack)},
          {"total_retrans", std::to_string(tp.total_retrans)},
          {"srtt_us", std::to_string(tp.srtt_us >> 3)},
          {"snd_cwnd", std::to_string(tp.snd_cwnd)},
          {"rcv_wnd", std::to_string(tp.rcv_wnd)},
          {"snd_wnd", std::to_string(tp.snd_wnd)},
          {"sk_rcvbuf", std::to_string(s.sk_rcvbuf)},
          {"counters", counter_rows(k.net())}};
}

}  // namespace

std::string visit_page_of(Kernel& k, SockId sk) {
  const auto values = values_of(k, sk);
  std::string page;
  std::string_view rest = visit_page();
  while (!rest.empty()) {
    const auto open = rest.find('{');
    const auto close = open == std::string_view::npos ? open : rest.find('}', open);
    if (close == std::string_view::npos) break;
    const auto value = values.find(rest.substr(open + 1, close - open - 1));
    page += rest.substr(0, value == values.end() ? close + 1 : open);
    if (value != values.end()) page += value->second;
    rest.remove_prefix(close + 1);
  }
  page += rest;
  return page;
}

}  // namespace ringside
