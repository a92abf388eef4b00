#include <algorithm>
#include <mutex>
#include <new>
#include <thread>

#include "core/engine/arrivals.h"
#include "core/engine/engine.h"
#include "core/engine/host_setup.h"
#include "core/engine/keyframe_list.h"
#include "core/engine/live_wire.h"
#include "core/engine/page_maker.h"
#include "core/engine/recorder.h"
#include "core/engine/sha256.h"
#include "core/engine/wire_tap.h"
#include "core/trace/trace_builder.h"

namespace ringside {

namespace {

constexpr StepIndex kPageSteps = 8192;
constexpr std::uint32_t kPagesAProgress = 128;
constexpr std::uint32_t kTurnsAQuietCheck = 64;

/// A keyframe costs a comparison of the whole host; a seek re-runs half the way between two. Both grow in
/// step with this.
StepIndex keyframe_spacing(const Host& host) {
  return std::clamp<StepIndex>(host.bytes() / 8, 4 * kPageSteps, 64 * kPageSteps);
}

/// Nothing will happen but processes waking up and finding nothing.
bool only_sleepers(const Machine& machine) {
  for (const QueuedEvent& event : machine.state().queue)
    if (event.timer.kind != TimerKind::process_sleep) return false;
  return true;
}

/// What applications of a live host wrote, and its answers to pings, are kept for sending them again: the
/// latest of them, as bytes and as pieces.
class StoredBytes {
 public:
  /// `booted`: pieces that were there at boot; they stay.
  void forget_oldest(ByteStore& store, std::uint32_t booted, std::uint32_t pieces) {
    if (pieces - newer_.pieces >= kPieces) {
      older_ = newer_;
      newer_ = {pieces, put_ + store.total() - left_};
    }
    put_ += store.total() - left_;
    const std::size_t since_boot = std::min(kBytes, static_cast<std::size_t>(put_ - older_.put));
    store.forget(ByteStore::kStored | booted, since_boot + kept_);
    left_ = store.total();
  }
  void boot(std::size_t total) { kept_ = left_ = total; }

 private:
  static constexpr std::size_t kBytes = 32u << 20;
  static constexpr std::uint32_t kPieces = 50'000;
  struct Mark {
    std::uint32_t pieces = 0;
    std::uint64_t put = 0;  ///< bytes in all by then
  };
  Mark older_, newer_;  ///< what was put before the older one is forgotten
  std::uint64_t put_ = 0;
  std::size_t left_ = 0, kept_ = 0;
};

/// What is sent goes to the recorder and, of a live host, onto the wire.
class SentTee : public OutgoingSink {
 public:
  SentTee(OutgoingSink& recorder, LiveWire* live, WireTap* tap)
      : recorder_(recorder), live_(live), tap_(tap) {}
  void watch(Machine& machine) { machine_ = &machine; }
  void transmitted(const Outgoing& frame) override {
    recorder_.transmitted(frame);
    if (live_ != nullptr) live_->sent(machine_->kernel(), frame);
    if (tap_ != nullptr) tap_->sent(machine_->kernel(), frame);
  }
  bool wants_checksums() const override { return live_ != nullptr || tap_ != nullptr; }

 private:
  OutgoingSink& recorder_;
  LiveWire* live_;
  WireTap* tap_;
  Machine* machine_ = nullptr;
};

}  // namespace

struct Run::Impl {
  Impl(Scenario the_scenario, RunOptions the_options, std::shared_ptr<Input> the_input,
       std::shared_ptr<HostSetup> the_setup)
      : scenario(std::move(the_scenario)),
        options(std::move(the_options)),
        input(std::move(the_input)),
        setup(std::move(the_setup)),
        trace(std::make_shared<Trace>(scenario.kernel)),
        builder(trace, input->filtered()),
        record(input->local()),
        arrivals(*input, setup->form(), builder, *table, setup->captured_isn(), setup->take_overs(),
                 options.record_host ? &record : nullptr),
        recorder(builder, arrivals, options.hash_delivered),
        sent(recorder, options.live, options.tap) {
    MachineConfig config = setup->config();
    config.arrivals = &arrivals;
    config.frames = &arrivals;
    config.store = &store;
    config.outgoing = &sent;
    config.delivery = &recorder;
    config.observer = &recorder;
    machine = std::make_unique<Machine>(std::move(config));
    recorder.watch(*machine);
    sent.watch(*machine);
    recorder.tell(options.tap);
    setup->boot(*machine);
    booted_buffers = machine->state().next_buffer;
    builder.series().begin(machine->now_ns());
    keyframes->add(0, *machine);
    builder.set_source(std::make_shared<PageMaker>(setup, input, *trace, table, keyframes));
  }

  void run();
  void run_turns();
  void run_live();
  void after_turn();
  std::int64_t last_call_ns() const { return scenario.calls.empty() ? 0 : scenario.calls.back().t_ns; }
  void begin_page(StepIndex steps);
  void report(bool finished);

  const Scenario scenario;
  const RunOptions options;
  const std::shared_ptr<Input> input;
  const std::shared_ptr<HostSetup> setup;
  const std::shared_ptr<Trace> trace;
  TraceBuilder builder;
  const std::shared_ptr<ArrivalTable> table = std::make_shared<ArrivalTable>();
  const std::shared_ptr<KeyframeList> keyframes = std::make_shared<KeyframeList>();
  nic::HostRecord record;
  FirstArrivals arrivals;
  Recorder recorder;
  SentTee sent;
  ByteStore store;
  std::unique_ptr<Machine> machine;
  std::uint32_t page = 0;
  StepIndex last_keyframe = 0, page_first = 0;
  std::uint32_t booted_buffers = 0;  ///< ByteStore buffers made at boot: they stay
  RunEnd end;

  std::thread thread;
  std::atomic<bool> stop{false}, finished{false};
  mutable std::mutex mutex;  // guards what follows
  RunProgress progress;
  std::vector<Error> problems;
  std::vector<DeliveredStream> delivered;
};

void Run::Impl::begin_page(StepIndex steps) {
  ++page;
  if (steps - last_keyframe >= keyframe_spacing(machine->host()) * keyframes->spacing()) {
    keyframes->add(page, *machine);
    last_keyframe = steps;
  }
  builder.begin_page(steps, machine->now_ns());
  page_first = steps;
  if (page % kPagesAProgress == 0) report(false);
}

void Run::Impl::after_turn() {
  recorder.end_turn();
  if (machine->steps() < page_first + kPageSteps) return;
  begin_page(machine->steps());
}

void Run::Impl::run_turns() {
  const LiveHost* live = live_host_of(scenario);
  const bool was_live = live != nullptr && live->end_ns != INT64_MAX;
  std::int64_t until = was_live ? live->end_ns : Machine::kForever;
  std::uint32_t turns = 0;
  while (!stop.load(std::memory_order_relaxed)) {
    if (arrivals.at_end() && until == Machine::kForever)
      until = std::max({arrivals.latest_ns(), last_call_ns(), std::int64_t{0}}) +
              std::int64_t{setup->settings().run_after_ms} * 1'000'000;
    if (!machine->turn(until)) break;
    after_turn();
    if (!was_live && until != Machine::kForever && ++turns % kTurnsAQuietCheck == 0 &&
        machine->now_ns() > last_call_ns() && recorder.all_quiet() && only_sleepers(*machine))
      break;
  }
  end.t_ns = until;
}

void Run::Impl::run_live() {
  StoredBytes stored;
  stored.boot(store.total());
  while (!stop.load(std::memory_order_relaxed)) {
    const auto until = options.live->wait(machine->next_time(), machine->now_ns());
    if (!until) break;
    end.t_ns = *until;
    while (machine->turn(*until)) after_turn();
    stored.forget_oldest(store, booted_buffers, machine->state().next_buffer);
    if (!options.live->shows()) continue;
    if (machine->steps() > page_first) begin_page(machine->steps());
    report(false);
  }
}

void Run::Impl::run() {
  try {
    options.live != nullptr ? run_live() : run_turns();
    recorder.finish();
  } catch (const std::bad_alloc&) {
    Error error;
    error.id = "run.memory";
    const std::lock_guard lock(mutex);
    problems.push_back(error);
  }
  recorder.close_stretch();
  std::vector<DeliveredStream> streams;
  trace->each_flow([&](const FlowRow& flow) {
    if (flow.delivered != 0) streams.push_back({flow.flow, flow.delivered, recorder.sha256(flow.flow)});
  });
  trace->leave_to_files();
  report(true);
  builder.finish(machine->steps(), machine->now_ns());
  end.steps = machine->steps();
  end.state_hash = machine->host().state_hash();
  const std::lock_guard lock(mutex);
  delivered = std::move(streams);
  finished.store(true, std::memory_order_release);
}

void Run::Impl::report(bool done_now) {
  builder.publish_counters(*machine->host().net);
  RunProgress now;
  now.frames = arrivals.frames_read();
  now.total_bytes = input->total_bytes();
  now.bytes = arrivals.bytes_read();
  now.steps = machine->steps();
  now.t_ns = machine->now_ns();
  now.done = done_now;
  {
    const std::lock_guard lock(mutex);
    progress = now;
  }
  if (options.progress) options.progress(now);
}

Run::Run(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Run::~Run() {
  cancel();
  wait();
}

Result<std::shared_ptr<Run>> Run::prepare(Scenario scenario, RunOptions options, const HostModel* model) {
  auto input = Input::open(scenario);
  if (!input) return input.error();
  auto setup = HostSetup::make(scenario, **input, model);
  if (!setup) return setup.error();
  auto impl = std::make_unique<Impl>(std::move(scenario), std::move(options), *input, *setup);
  return std::shared_ptr<Run>(new Run(std::move(impl)));
}

void Run::start() {
  impl_->thread = std::thread([this] { impl_->run(); });
}
void Run::run_here() { impl_->run(); }
void Run::cancel() { impl_->stop.store(true, std::memory_order_relaxed); }
void Run::wait() {
  if (impl_->thread.joinable()) impl_->thread.join();
}
bool Run::done() const { return impl_->finished.load(std::memory_order_acquire); }
bool Run::cancelled() const { return impl_->stop.load(std::memory_order_relaxed); }

RunProgress Run::progress() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->progress;
}

const Scenario& Run::scenario() const { return impl_->scenario; }
std::shared_ptr<const Trace> Run::trace() const { return impl_->trace; }
const nic::LocalHost& Run::local() const { return impl_->input->local(); }
const nic::HostRecord* Run::host_record() const {
  return impl_->options.record_host && done() && impl_->arrivals.read_all() ? &impl_->record : nullptr;
}
std::unique_ptr<nic::FrameSource> Run::frames() const { return impl_->input->reader(); }

std::vector<TakenOver> Run::taken_over() const {
  std::vector<TakenOver> all;
  for (const TakeOver& plan : impl_->setup->take_overs().all()) {
    const AdoptedConnection& c = plan.seen;
    const Tuple& ends = c.tuple;
    all.push_back({plan.frame, ends.saddr, ends.daddr, ends.sport, ends.dport, plan.connects, c.rcv_nxt,
                   c.snd_nxt, c.rcv_wscale, c.snd_wscale, plan.wscale_assumed, c.tstamp_ok,
                   plan.unknown_bytes});
  }
  return all;
}

std::vector<Error> Run::problems() const {
  std::vector<Error> all = impl_->input->problems();
  const std::lock_guard lock(impl_->mutex);
  all.insert(all.end(), impl_->problems.begin(), impl_->problems.end());
  return all;
}

std::optional<std::uint64_t> Run::frame_index(std::uint32_t number) const {
  return impl_->trace->row_of(number);  // every frame of the source has a row
}

RunEnd Run::end() const { return impl_->end; }

std::vector<DeliveredStream> Run::delivered() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->delivered;
}

std::string Run::sha256_of_nothing() const { return impl_->options.hash_delivered ? Sha256().hex() : ""; }

namespace {

/// Hands on what one connection's application gets.
class OneStream : public DeliverySink {
 public:
  OneStream(std::uint32_t flow, const std::function<void(wire::Bytes)>& sink) : flow_(flow), sink_(sink) {}
  void watch(Machine& machine) { machine_ = &machine; }
  void delivered(std::int64_t, SockId, std::uint32_t flow, const DataRef& data, bool peeked) override {
    if (flow != flow_ || peeked) return;
    const auto bytes = machine_->kernel().bytes(data);
    total_ += data.len;
    sink_(bytes);
    const std::vector<std::uint8_t> cut(data.len - bytes.size());  // by the snap length
    if (!cut.empty()) sink_(cut);
  }
  std::uint64_t total() const { return total_; }

 private:
  std::uint32_t flow_;
  const std::function<void(wire::Bytes)>& sink_;
  Machine* machine_ = nullptr;
  std::uint64_t total_ = 0;
};

}  // namespace

Result<std::uint64_t> Run::read_stream(std::uint32_t flow,
                                       const std::function<void(wire::Bytes)>& sink) const {
  const Impl& run = *impl_;
  Error error;
  error.id = "read.flow";
  error.args.emplace_back("flow", std::to_string(flow));
  error.args.emplace_back("flows", std::to_string(run.trace->flow_count()));
  if (flow == 0 || flow > run.trace->flow_count()) return error;
  ReplayArrivals arrivals(*run.input, run.setup->form(), *run.trace, *run.table);
  ByteStore store;
  OneStream stream(flow, sink);
  MachineConfig config = run.setup->config();
  config.arrivals = &arrivals;
  config.frames = &arrivals;
  config.store = &store;
  config.delivery = &stream;
  Machine machine(std::move(config));
  stream.watch(machine);
  run.keyframes->restore_before(0, machine);
  while (machine.steps() < run.trace->step_count() && machine.turn() && !arrivals.lost()) {
  }
  if (!arrivals.lost()) return stream.total();
  error.id = "capture.changed";
  return error;
}

}  // namespace ringside
