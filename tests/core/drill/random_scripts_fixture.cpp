#include <algorithm>
#include <array>
#include <vector>

#include "tests/core/drill/random_scripts.h"
#include "tests/core/link/link.h"

namespace ringside::test {

namespace {

std::string text(std::int64_t n) { return std::to_string(n); }

class ScriptWriter {
 public:
  explicit ScriptWriter(std::uint64_t seed) : dice_(seed * 77 + 5) {}

  std::string write() {
    settings();
    const bool connects = dice_.one_in_thousand(250);
    connects ? connect() : accept();
    const std::int64_t events = 5 + dice_.below(60);
    for (std::int64_t i = 0; i < events; ++i) event();
    if (dice_.one_in_thousand(700)) line("close(" + fd() + ") = ...");
    for (std::int64_t i = dice_.below(6); i > 0; --i) segment();
    return out_;
  }

 private:
  template <std::size_t N>
  const char* one_of(const char* const (&all)[N]) {
    return all[dice_.below(static_cast<std::int64_t>(N))];
  }
  std::int64_t one_of(std::initializer_list<std::int64_t> all) {
    return *(all.begin() + dice_.below(static_cast<std::int64_t>(all.size())));
  }
  bool rarely(std::int64_t of_thousand) { return dice_.one_in_thousand(of_thousand); }
  const std::string& fd() const { return fd_; }

  void line(const std::string& what) {
    static constexpr const char* kPauses[] = {"+0",   "+0",   "+0",  "+.0001", "+.001", "+.004", "+.01",
                                              "+.02", "+.05", "+.2", "+.5",    "+1",    "+3",    "+40"};
    const std::size_t pauses = std::size(kPauses) - (rarely(900) ? 4 : 0);
    out_ += std::string(kPauses[dice_.below(static_cast<std::int64_t>(pauses))]) + " " + what + "\n";
  }

  void sysctl(const char* name, const std::string& value) {
    sysctls_ += "sysctl -q net.ipv4." + std::string(name) + "=\"" + value + "\"\n";
  }

  void settings() {
    if (rarely(150)) {  // a real card, and time that passes
      out_ += "//@ set nic.driver=ixgb\n";
      out_ += "//@ set cost." + std::string(one_of({"tcp_v4_rcv", "tcp_recvmsg", "skb_copy_datagram_iter"})) +
              "=" + text(one_of({1000, 50'000, 2'000'000})) + "\n";
      if (rarely(500)) out_ += "//@ set nic.rx_ring=64\n";
      if (rarely(300)) out_ += "//@ set cpu.count=2\n//@ set rps.cpus=2\n";
    }
    v6_ = rarely(150);
    if (v6_) out_ += "--ip_version=ipv6\n";
    if (rarely(400)) sysctl("tcp_rmem", "4096 " + text(one_of({4096, 8192, 30'000, 131'072})) + " 6291456");
    if (rarely(300)) sysctl("tcp_wmem", "4096 " + text(one_of({4608, 10'000, 65'536})) + " 4194304");
    if (rarely(200)) sysctl("tcp_sack", "0");
    if (rarely(200)) sysctl("tcp_dsack", "0");
    if (rarely(500)) sysctl("tcp_timestamps", "0");
    if (rarely(100)) sysctl("tcp_window_scaling", "0");
    if (rarely(100)) sysctl("tcp_adv_win_scale", text(one_of({-3, 0, 2})));
    if (rarely(100)) sysctl("tcp_moderate_rcvbuf", "0");
    if (rarely(200)) sysctl("tcp_ecn", text(ecn_ = one_of({0, 1})));
    if (rarely(200)) sysctl("tcp_congestion_control", "reno");
    if (rarely(100)) sysctl("tcp_abort_on_overflow", "1");
    if ((cookies_ = rarely(100))) sysctl("tcp_syncookies", "2");
    if (rarely(100)) sysctl("tcp_recovery", "0");
    if (rarely(100)) sysctl("tcp_frto", "0");
    if (rarely(100)) sysctl("tcp_retries2", "3");
    if (rarely(100)) sysctl("tcp_mem", text(one_of({1, 20})) + " 30 40");
    if (!sysctls_.empty()) out_ += "`" + sysctls_ + "`\n";
  }

  std::string syn_options() {
    std::string options = "mss " + text(one_of({1000, 1460, 536, 100, 9000}));
    if (rarely(750)) options += ",nop,nop,sackOK";
    if (rarely(400)) options += (timestamps_ = true, ",nop,nop,TS val 100 ecr 0");
    if (rarely(750)) options += ",nop,wscale " + text(one_of({0, 2, 7, 14}));
    return options;
  }

  void socket(const char* fd) {
    out_ += "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = " + std::string(fd) + "\n";
    if (rarely(250))
      line("setsockopt(" + std::string(fd) + ", SOL_SOCKET, SO_RCVBUF, [" +
           text(one_of({1, 2000, 5000, 100'000})) + "], 4) = ...");
  }

  void accept() {
    socket("3");
    out_ += "+0 setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0\n+0 bind(3, ..., ...) = 0\n";
    const std::int64_t backlog = one_of({0, 1, 5});
    out_ += "+0 listen(3, " + text(backlog) + ") = 0\n";
    const bool ecn = rarely(150) && backlog != 0 && !cookies_;  // a cookie forgets ECN
    out_ += "+.1 < S" + std::string(ecn ? "EW" : "") + " 0:0(0) win " + text(window()) + " <" +
            syn_options() + ">\n";
    out_ += std::string("+0 > S") + (ecn && ecn_ != 0 ? "E" : "") + ". 0:0(0) ack 1 <...>\n";
    out_ += "+.1 < . 1:1(0) ack 1 win " + text(window()) + "\n";
    out_ += "+.1 accept(3, ..., ...) = 4\n+0 fcntl(4, F_SETFL, O_RDWR|O_NONBLOCK) = 0\n";
    fd_ = "4";
  }

  void connect() {
    socket("3");
    out_ += "+0 fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0\n";
    out_ += "+0 connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)\n";
    out_ += std::string("+0 > S") + (ecn_ == 1 ? "EW" : "") + " 0:0(0) <...>\n";
    if (rarely(100)) out_ += "+.05 < R. 0:0(0) ack 1 win 0\n";
    if (rarely(100)) out_ += "+.05 < S 0:0(0) win 3000 <mss 1000>\n";
    timestamps_ = false;
    out_ += "+.05 < S. 0:0(0) ack 1 win " + text(window()) + " <mss 1000,nop,nop,sackOK>\n";
    fd_ = "3";
  }

  std::int64_t window() { return rarely(100) ? one_of({0, 1, 10}) : one_of({257, 1000, 20'000, 65'535}); }
  std::string stamp() {
    if (!timestamps_ || rarely(30)) return "";
    ts_ += rarely(50) ? -dice_.below(5000) : dice_.below(200);
    return " <nop,nop,TS val " + text(std::max<std::int64_t>(ts_, 0)) + " ecr " + text(dice_.below(400)) +
           ">";
  }

  /// Near what comes next; sometimes before, behind a hole, or far away.
  std::int64_t begin_of_segment() {
    if (rarely(550)) return next_;
    if (rarely(20)) return next_ + one_of({70'000, 1'000'000, 2'000'000'000});
    const std::int64_t near =
        next_ + one_of({-1, 1, 100, 500, 1000, 1460}) * (1 + dice_.below(6)) * (rarely(350) ? -1 : 1);
    return std::max<std::int64_t>(near, 0);
  }

  void segment() {
    std::string flags = rarely(500) ? "." : "P.";
    if (rarely(25)) flags = "F.";
    if (rarely(15)) flags = one_of({"R.", "R", "S", "S.", "FP.", "."});
    if (rarely(60)) flags = one_of({"E", "W"}) + flags;
    const std::int64_t begin = begin_of_segment();
    const std::int64_t len = rarely(250)   ? 0
                             : rarely(100) ? one_of({1, 2, 20'000})
                                           : one_of({100, 500, 1000, 1460});
    const std::int64_t end = begin + len;
    const bool bare = flags == "R" || flags == "S";
    std::string packet = "< " + flags + " " + text(begin) + ":" + text(end) + "(" + text(len) + ")";
    if (!bare) packet += " ack " + text(acked());
    packet += " win " + text(window());
    packet += rarely(150) && !bare ? sack() : stamp();
    line(packet);
    if (end > next_ && begin <= next_) next_ = end;
    if (end > next_ && rarely(60)) next_ = end;
  }

  std::int64_t acked() {
    if (rarely(700)) una_ = std::min(written_ + 1, una_ + one_of({0, 0, 100, 1000, 3000, 100'000}));
    return rarely(30) ? una_ + one_of({-1, 1, 5000}) + 1 : una_;
  }

  std::string sack() {
    std::string blocks;
    std::int64_t at = una_;
    for (std::int64_t n = 1 + dice_.below(3); n > 0; --n) {
      at += one_of({1, 100, 1000, 1460});
      const std::int64_t end = at + one_of({1, 100, 1000, 2920});
      blocks = " " + text(at) + ":" + text(end) + blocks;
      at = end;
    }
    return " <nop,nop,sack" + blocks + ">";
  }

  void event() {
    switch (dice_.below(10)) {
      case 0:
      case 1:
        line("read(" + fd() + ", ..., " + text(one_of({1, 100, 1000, 5000, 100'000})) + ") = ...");
        break;
      case 2: {
        const std::int64_t len = one_of({1, 100, 999, 1000, 3000, 20'000});
        written_ += len;
        line("send(" + fd() + ", ..., " + text(len) + ", " + one_of({"0", "MSG_MORE", "MSG_OOB", "0"}) +
             ") = ...");
        break;
      }
      case 3:
        call();
        break;
      default:
        segment();
    }
  }

  void call() {
    static constexpr std::array<const char*, 14> kOptions{"SOL_TCP, TCP_NODELAY, [1]",
                                                          "SOL_TCP, TCP_CORK, [1]",
                                                          "SOL_TCP, TCP_CORK, [0]",
                                                          "SOL_TCP, TCP_QUICKACK, [0]",
                                                          "SOL_TCP, TCP_QUICKACK, [1]",
                                                          "SOL_SOCKET, SO_RCVLOWAT, [3000]",
                                                          "SOL_SOCKET, SO_RCVBUF, [3000]",
                                                          "SOL_SOCKET, SO_SNDBUF, [5000]",
                                                          "SOL_TCP, TCP_WINDOW_CLAMP, [2000]",
                                                          "SOL_SOCKET, SO_OOBINLINE, [1]",
                                                          "SOL_TCP, TCP_LINGER2, [3]",
                                                          "SOL_SOCKET, SO_KEEPALIVE, [1]",
                                                          "SOL_TCP, TCP_USER_TIMEOUT, [500]",
                                                          "SOL_TCP, TCP_KEEPIDLE, [2]"};
    switch (dice_.below(12)) {
      case 0:
        line("recv(" + fd() + ", ..., 1000, " + one_of({"MSG_PEEK", "MSG_OOB", "MSG_TRUNC", "MSG_WAITALL"}) +
             ") = ...");
        break;
      case 1:
        line("poll([{fd=" + fd() + ", events=POLLIN|POLLOUT, revents=...}], 1, 0) = ...");
        break;
      case 2:
        line("ioctl(" + fd() + ", SIOCINQ, ...) = ...");
        break;
      case 3:
        if (rarely(300))
          line("shutdown(" + fd() + ", " + one_of({"SHUT_RD", "SHUT_WR", "SHUT_RDWR"}) + ") = ...");
        break;
      case 4:
        if (rarely(200))
          line("setsockopt(" + fd() + ", SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, 8) = ...");
        break;
      default:
        line("setsockopt(" + fd() + ", " +
             kOptions[static_cast<std::size_t>(dice_.below(static_cast<std::int64_t>(kOptions.size())))] +
             ", 4) = ...");
    }
  }

  Dice dice_;
  std::string out_, sysctls_, fd_;
  bool v6_ = false, timestamps_ = false, cookies_ = false;
  std::int64_t next_ = 1, una_ = 1, written_ = 0, ts_ = 200, ecn_ = 2;
};

}  // namespace

std::string random_script(std::uint64_t seed) { return ScriptWriter(seed).write(); }

}  // namespace ringside::test
