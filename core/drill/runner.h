// One run of one script, event by event.
#pragma once
#include <memory>
#include <optional>

#include "core/drill/drill.h"
#include "core/drill/stage.h"
#include "core/kernel/net/ipv4/tcp_info.h"
#include "core/scenario/packetdrill/evaluate_code.h"
#include "core/scenario/packetdrill/shell_command.h"

namespace ringside::drill {

class Runner {
 public:
  Runner(const packetdrill::Script& script, const std::string& file, CallContext context, Stage& stage,
         Outcome& outcome);
  /// All events; stops at the first difference.
  void run();

 private:
  struct Blocking {
    const packetdrill::Syscall* call = nullptr;
    ModelCall model;
    std::int64_t started_ns = 0, end_ns = 0;
  };

  bool run_event(const packetdrill::Event& event);
  bool run_packet(const packetdrill::Event& event, const packetdrill::Packet& packet);
  bool inject(const packetdrill::Event& event, const packetdrill::Packet& packet);
  bool wait_for_own_segment(const packetdrill::Packet& expected, std::int64_t limit_ns);
  SentSegment take_segment(const packetdrill::Packet& expected);
  bool expect(const packetdrill::Event& event, const packetdrill::Packet& packet);
  bool run_call(const packetdrill::Event& event, const packetdrill::Syscall& call);
  bool finish_blocking();
  bool judge_call(const packetdrill::Syscall& call, const ModelCall& model, const Syscall& done);
  TcpInfo tcp_info();
  bool run_code(const packetdrill::Code& code, int line);
  bool run_step(const packetdrill::ShellStep& step);
  void run_command(const packetdrill::Command& command);
  void after_success(const packetdrill::Syscall& call, const ModelCall& model, const Syscall& done);

  Connection& connection_for(const packetdrill::Packet& packet);
  Connection* connection_of(const SentSegment& sent, const packetdrill::Packet& expected);
  /// Times of the event on the run's clock.
  std::int64_t due(const packetdrill::Event& event, std::int64_t written) const;
  bool in_time(const packetdrill::TimeStamp& stamp, std::int64_t from, std::int64_t to, std::int64_t happened,
               int line, const std::string& what);
  bool fail(const char* id, int line, std::vector<std::pair<std::string, std::string>> args);

  const packetdrill::Script& script_;
  std::string file_;
  CallContext context_;
  Stage& stage_;
  Outcome& outcome_;
  std::vector<std::unique_ptr<Connection>> connections_;
  Connection* under_test_ = nullptr;
  std::optional<Blocking> blocking_;
  packetdrill::CodeState code_;
  std::int64_t last_fd_ = -1;       ///< live descriptor that %{ }% asks about
  std::int64_t origin_ = 0;         ///< run time of the script's time 0
  std::int64_t last_event_ns_ = 0;  ///< when the event before happened
  bool last_was_inbound_ = false;
};

}  // namespace ringside::drill
