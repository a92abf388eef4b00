#include "ui/stage/branches.h"

#include <QCoreApplication>

namespace ringside::ui {

namespace {

QString tr(const char* text) { return QCoreApplication::translate("Stage", text); }

std::int64_t value_of(const DecisionPicture& decision, std::string_view name, std::int64_t otherwise = 0) {
  for (const NamedValue& value : decision.values)
    if (value.name == name) return value.value;
  return otherwise;
}

class Forks {
 public:
  explicit Forks(const StagePicture& s) : s_(s) {}

  std::vector<Branch> all() {
    lock();
    prequeue();
    state();
    data();
    fragments();
    return std::move(branches_);
  }

 private:
  void add(Node node, bool taken, const QString& reason) { branches_.push_back({node, taken, reason}); }

  void lock() {
    const DecisionPicture* owned = s_.decision("sock_owned_by_user");
    if (owned == nullptr || (owned->function != Fn::tcp_v4_rcv && owned->function != Fn::tcp_v6_rcv)) return;
    const std::uint16_t pid = s_.sock ? s_.sock->owner_pid : std::uint16_t{0};
    if (owned->answer != 0) {
      add(Node::tcp_add_backlog, true, tr("a process owns the socket"));
      add(Node::tcp_v4_do_rcv, false,
          pid != 0 ? tr("owned by pid %1").arg(pid) : tr("waits for release_sock()"));
    } else {
      add(Node::tcp_add_backlog, false, tr("no process owns the socket"));
    }
  }

  void prequeue() {
    const DecisionPicture* alone = s_.decision("no_reader_waits");
    const DecisionPicture* useless = s_.decision("prequeue_has_no_use");
    if (alone == nullptr) return;
    if (alone->answer != 0)
      add(Node::tcp_prequeue, false,
          value_of(*alone, "tcp_low_latency") != 0 ? tr("tcp_low_latency is 1") : tr("no reader waits"));
    else if (useless != nullptr && useless->answer != 0)
      add(Node::tcp_prequeue, false, tr("nothing to read"));
    else if (s_.decision("sk_state_is_established") == nullptr)
      add(Node::tcp_v4_do_rcv, false, tr("later, by the reader"));
  }

  void state() {
    const DecisionPicture* established = s_.decision("sk_state_is_established");
    if (established == nullptr) return;
    if (established->answer != 0)
      add(Node::tcp_states, false, tr("state is ESTABLISHED"));
    else
      add(Node::tcp_rcv_established, false, tr("state is not ESTABLISHED"));
  }

  void data() {
    const DecisionPicture* in_order = s_.decision("in_sequence");
    if (in_order != nullptr && in_order->answer != 0)
      add(Node::tcp_data_queue_ofo, false, tr("in order: seq is rcv_nxt"));
    const DecisionPicture* old = s_.decision("all_received_before");
    if (old != nullptr && old->answer != 0) add(Node::tcp_data_queue_ofo, false, tr("all of it is old"));
    if (in_order != nullptr && in_order->answer != 0 && s_.queue(Place::out_of_order_queue).count == 0)
      add(Node::tcp_ofo_queue, false, tr("nothing waits behind it"));
  }

  void fragments() {
    const DecisionPicture* fragment = s_.decision("ip_is_fragment");
    if (fragment != nullptr && fragment->answer == 0) add(Node::defrag, false, tr("no fragment"));
  }

  const StagePicture& s_;
  std::vector<Branch> branches_;
};

}  // namespace

std::vector<Branch> branches_of(const StagePicture& picture) { return Forks(picture).all(); }

}  // namespace ringside::ui
