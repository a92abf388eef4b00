// The threads that work on one connection of a replayed capture.
#pragma once
#include <memory>

#include "core/apps/options.h"
#include "core/machine/machine.h"

namespace ringside {

/// Order of an application's programs, from AppOptions::first_program on.
enum AppProgram : std::uint32_t {
  kServerProgram,
  kReaderProgram,
  kWriterProgram,
  kConnectorProgram,
  kUdpProgram,
  kProgramCount,
};

std::shared_ptr<const Program> reader_program(const AppOptions& options);
std::shared_ptr<const Program> writer_program();
std::shared_ptr<const Program> connector_program(const AppOptions& options);

/// A process of that program with the next free pid.
ProcessId spawn_thread(Kernel& k, std::uint32_t program, std::uint8_t cpu);
/// Reader (unless the application never reads) and writer on `sk`, each with a descriptor of its own for it.
void start_threads(Kernel& k, SockId sk, const AppOptions& options);
void start_writer(Kernel& k, SockId sk, const AppOptions& options);
/// connect() from where the captured host connected.
void start_connector(Kernel& k, const IpAddr& local, std::uint16_t lport, const IpAddr& remote,
                     std::uint16_t rport, const AppOptions& options);
/// The stream has ended for the reader; the writer closes when it has done its part.
void reader_is_done(Kernel& k, SockId sk);
/// The writer has something to do: Sock::todo_* was changed.
void wake_writer(Kernel& k, SockId sk);

}  // namespace ringside
