#include "core/drill/function_trace.h"

#include "core/drill/stage.h"

namespace ringside::drill {

namespace {

SocketOnEntry look_at(const Sock& s) {
  SocketOnEntry e;
  const TcpSock& tp = s.tp;
  e.st = static_cast<int>(s.state);
  e.owned = s.lock.owned;
  e.rcv_nxt = tp.rcv_nxt;
  e.copied = tp.copied_seq;
  e.rcv_wup = tp.rcv_wup;
  e.rcv_wnd = tp.rcv_wnd;
  e.ssth = tp.rcv_ssthresh;
  e.clamp = tp.window_clamp;
  e.rxq = s.receive_queue.qlen;
  e.backlog = s.backlog.len;
  e.rmem = s.sk_rmem_alloc;
  e.rcvbuf = s.sk_rcvbuf;
  e.ofo = tp.out_of_order_queue.count;
  e.ackpend = s.icsk.ack.pending;
  e.quick = s.icsk.ack.quick;
  e.pingpong = s.icsk.ack.pingpong;
  e.rcv_mss = s.icsk.ack.rcv_mss;
  e.preq = tp.ucopy.prequeue.qlen;
  e.preq_mem = tp.ucopy.memory;
  e.uc_len = tp.ucopy.len;
  return e;
}

/// Records the run, then walks through it once more with the host beside it.
class Recorder : public Watcher {
 public:
  void before(Stage& stage) override {
    host_ = stage.machine().host();
    stage.machine().kernel().record_to(&journal_);
  }
  void after(Stage& stage) override {
    stage.machine().kernel().record_to(nullptr);
    std::uint32_t applied = 0;
    for (const Event& event : journal_.events) {
      redo(host_, journal_, applied, event.changes_end);
      applied = event.changes_end;
      if (event.kind == EventKind::call || event.kind == EventKind::send) take(event);
    }
  }
  std::vector<FunctionEntry> entries;

 private:
  void take(const Event& event) {
    FunctionEntry e;
    e.t_ns = event.t_ns;
    e.context = event.context;
    e.fn = event.function;
    if (event.process) e.thread = static_cast<int>(host_[event.process].app[ScriptProgram::kThread]);
    if (event.kind == EventKind::send) e.packet = "out";
    e.has_socket = static_cast<bool>(event.sock);
    if (event.sock) e.sock = look_at(host_[event.sock]);
    entries.push_back(e);
  }
  Host host_;
  Journal journal_;
};

}  // namespace

TracedOutcome run_traced(const std::string& path, const DrillOptions& options) {
  Recorder recorder;
  TracedOutcome traced;
  traced.outcome = run_file(path, options, &recorder);
  traced.entries = std::move(recorder.entries);
  return traced;
}

}  // namespace ringside::drill
