#include "core/nic/pcapng_writer.h"

#include <cerrno>
#include <cstring>

#include "core/nic/capture_error.h"

namespace ringside::nic {

namespace {

// All numbers are written little-endian; the section header says so by its magic.
void put_le16(wire::Buffer& out, std::uint32_t v) {
  wire::put8(out, static_cast<std::uint8_t>(v));
  wire::put8(out, static_cast<std::uint8_t>(v >> 8));
}
void put_le32(wire::Buffer& out, std::uint32_t v) {
  put_le16(out, v & 0xffff);
  put_le16(out, v >> 16);
}

void pad(wire::Buffer& out) { out.resize((out.size() + 3) / 4 * 4); }

void put_option(wire::Buffer& out, std::uint32_t code, wire::Bytes value) {
  put_le16(out, code);
  put_le16(out, static_cast<std::uint32_t>(value.size()));
  wire::put(out, value);
  pad(out);
}

wire::Bytes bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

constexpr std::uint32_t kSection = 0x0a0d0d0a, kInterface = 1, kEnhancedPacket = 6;
constexpr std::uint32_t kByteOrderMagic = 0x1a2b3c4d;
constexpr std::uint32_t kUserApplication = 4, kIfName = 2, kIfTsResol = 9, kPacketFlags = 2;

}  // namespace

Result<std::unique_ptr<PcapngWriter>> PcapngWriter::create(const std::string& path,
                                                           const std::string& interface,
                                                           std::int64_t start_ns) {
  std::unique_ptr<PcapngWriter> writer(new PcapngWriter);
  writer->path_ = path;
  writer->start_ns_ = start_ns;
  writer->file_ = std::fopen(path.c_str(), "wbe");
  if (writer->file_ == nullptr)
    return capture_error("capture.write", path, 0, "detail", std::strerror(errno));
  wire::Buffer section;
  put_le32(section, kByteOrderMagic);
  put_le16(section, 1);
  put_le16(section, 0);
  for (int i = 0; i < 2; ++i) put_le32(section, 0xffffffff);  // length of the section: not known
  put_option(section, kUserApplication, bytes_of("Ringside"));
  put_le32(section, 0);  // end of options
  writer->put_block(kSection, section);
  wire::Buffer description;
  put_le16(description, 1);  // LINKTYPE_ETHERNET
  put_le16(description, 0);
  put_le32(description, 0);  // no limit
  put_option(description, kIfName, bytes_of(interface));
  constexpr std::uint8_t kNanoseconds[] = {9};
  put_option(description, kIfTsResol, kNanoseconds);
  put_le32(description, 0);
  writer->put_block(kInterface, description);
  std::fflush(writer->file_);
  return writer;
}

PcapngWriter::~PcapngWriter() {
  if (file_ != nullptr) std::fclose(file_);
}

void PcapngWriter::put_block(std::uint32_t type, const wire::Buffer& body) {
  wire::Buffer block;
  block.reserve(body.size() + 12);
  const auto length = static_cast<std::uint32_t>(body.size() + 12);
  put_le32(block, type);
  put_le32(block, length);
  wire::put(block, body);
  put_le32(block, length);
  if (file_ == nullptr || failure_ != 0) return;
  if (std::fwrite(block.data(), 1, block.size(), file_) != block.size()) failure_ = errno;
}

void PcapngWriter::put_packet(std::int64_t t_ns, const Record& record) {
  const auto stamp = static_cast<std::uint64_t>(start_ns_ + t_ns);
  wire::Buffer body;
  body.reserve(record.bytes.size() + 40);
  put_le32(body, 0);  // the interface
  put_le32(body, static_cast<std::uint32_t>(stamp >> 32));
  put_le32(body, static_cast<std::uint32_t>(stamp));
  for (int i = 0; i < 2; ++i) put_le32(body, static_cast<std::uint32_t>(record.bytes.size()));
  wire::put(body, record.bytes);
  pad(body);
  wire::Buffer flags;
  put_le32(flags, static_cast<std::uint32_t>(record.direction));
  put_option(body, kPacketFlags, flags);
  put_le32(body, 0);
  put_block(kEnhancedPacket, body);
  if (count_++ == 0) first_ns_ = t_ns;
}

void PcapngWriter::write(std::int64_t t_ns, wire::Bytes frame, Direction direction) {
  waiting_.emplace(std::pair(t_ns, order_++), Record{{frame.begin(), frame.end()}, direction});
}

void PcapngWriter::settle(std::int64_t t_ns) {
  while (!waiting_.empty() && waiting_.begin()->first.first <= t_ns) {
    put_packet(waiting_.begin()->first.first, waiting_.begin()->second);
    waiting_.erase(waiting_.begin());
  }
}

Result<std::uint64_t> PcapngWriter::finish() {
  settle(INT64_MAX);
  if (file_ != nullptr && std::fclose(std::exchange(file_, nullptr)) != 0 && failure_ == 0) failure_ = errno;
  if (failure_ != 0) return capture_error("capture.write", path_, 0, "detail", std::strerror(failure_));
  return count_;
}

}  // namespace ringside::nic
