// Capture files made up byte by byte, so that tests can have every kind of them, the broken ones included.
#pragma once
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <string>

#include "core/wire/bytes.h"

namespace ringside::nic {

/// Numbers in either byte order, and no others.
struct FileBytes {
  bool big_endian = false;
  std::string text;

  void number(std::uint64_t v, int size) {
    for (int i = 0; i < size; ++i) {
      text += static_cast<char>(v >> 8 * (big_endian ? size - 1 - i : i));
    }
  }
  void u16(std::uint64_t v) { number(v, 2); }
  void u32(std::uint64_t v) { number(v, 4); }
  void u64(std::uint64_t v) { number(v, 8); }
  void raw(wire::Bytes bytes) { text.append(bytes.begin(), bytes.end()); }
};

/// A classic pcap file.
struct PcapBytes : FileBytes {
  bool nano = false;

  explicit PcapBytes(std::uint32_t linktype = 1, bool nanoseconds = false, bool big = false) {
    big_endian = big;
    nano = nanoseconds;
    u32(nano ? 0xa1b23c4d : 0xa1b2c3d4);
    u16(2);
    u16(4);
    u64(0);
    u32(262144);
    u32(linktype);
  }
  void record(std::int64_t t_ns, wire::Bytes bytes, std::uint32_t wire_len = 0) {
    u32(static_cast<std::uint64_t>(t_ns / 1'000'000'000));
    u32(static_cast<std::uint64_t>(t_ns % 1'000'000'000 / (nano ? 1 : 1000)));
    u32(bytes.size());
    u32(wire_len ? wire_len : bytes.size());
    raw(bytes);
  }
};

/// A pcapng file: sections, interfaces, enhanced packet blocks.
struct PcapngBytes : FileBytes {
  void block(std::uint32_t type, const std::string& body) {
    u32(type);
    u32(body.size() + 12);
    text += body;
    u32(body.size() + 12);
  }
  void section() {
    FileBytes body{big_endian, {}};
    body.u32(0x1a2b3c4d);
    body.u16(1);
    body.u16(0);
    body.u64(~std::uint64_t{0});
    block(0x0a0d0d0a, body.text);
  }
  /// Time stamps count in units of 10^-resolution seconds.
  void interface(std::uint16_t linktype, std::uint8_t resolution, std::uint32_t snaplen = 262144) {
    FileBytes body{big_endian, {}};
    body.u16(linktype);
    body.u16(0);
    body.u32(snaplen);
    body.u16(9);
    body.u16(1);
    body.text += static_cast<char>(resolution);
    body.text.append(3, '\0');
    body.u32(0);
    block(1, body.text);
  }
  void packet(std::uint32_t interface_id, std::uint64_t units, wire::Bytes bytes) {
    FileBytes body{big_endian, {}};
    body.u32(interface_id);
    body.u32(units >> 32);
    body.u32(units & 0xffffffff);
    body.u32(bytes.size());
    body.u32(bytes.size());
    body.raw(bytes);
    body.text.append((4 - bytes.size() % 4) % 4, '\0');
    block(6, body.text);
  }
};

/// A file that is gone with the test.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& content = {}) {
    const char* dir = std::getenv("TMPDIR");
    path_ = std::string(dir ? dir : "/tmp") + "/ringside-test-XXXXXX";
    close(mkstemp(path_.data()));
    write(content);
  }
  ~TemporaryFile() { unlink(path_.c_str()); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  const std::string& path() const { return path_; }
  void write(const std::string& content) const { std::ofstream(path_, std::ios::binary) << content; }

 private:
  std::string path_;
};

}  // namespace ringside::nic
