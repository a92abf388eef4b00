#include "core/nic/capture_writer.h"

#include <fcntl.h>
#include <pcap/pcap.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "core/nic/capture_error.h"

namespace ringside::nic {
namespace {

int dlt_of(LinkType link) {
  switch (link) {
    case LinkType::kEthernet:
      return DLT_EN10MB;
    case LinkType::kLinuxSll:
      return DLT_LINUX_SLL;
    case LinkType::kLinuxSll2:
      return DLT_LINUX_SLL2;
    case LinkType::kNull:
      return DLT_NULL;
    case LinkType::kLoop:
      return DLT_LOOP;
    case LinkType::kRaw:
      return DLT_RAW;
  }
  return DLT_EN10MB;
}

Error write_error(int code, const std::string& path, std::uint64_t packet) {
  if (code == ENOENT || code == ENOTDIR) return capture_error("capture.missing", path);
  if (code == EACCES || code == EPERM || code == EROFS) return capture_error("capture.permission", path);
  return capture_error("capture.write", path, packet, "detail", std::strerror(code));
}

/// Where the file really goes (a link is followed); false if something stands there that is no regular file.
bool takes_a_file(const std::string& path, std::string* target) {
  std::error_code code;
  *target = path;
  if (!std::filesystem::exists(path, code)) return true;
  *target = std::filesystem::canonical(path, code).string();
  return !code && std::filesystem::is_regular_file(*target, code);
}

/// A new file in the same folder, so that it can be renamed; -1 and errno if none can be made.
int open_beside(const std::string& path, std::string* partial) {
  int fd = -1;
  for (int n = 0; n < 100 && fd < 0; ++n) {
    *partial = path + ".part" + std::to_string(n);
    fd = open(partial->c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0 && errno != EEXIST) break;
  }
  if (fd < 0) partial->clear();
  return fd;
}

}  // namespace

Result<std::unique_ptr<CaptureWriter>> CaptureWriter::create(const std::string& path, LinkType link,
                                                             std::int64_t start_ns) {
  constexpr int kSnapLen = 262144;
  std::unique_ptr<CaptureWriter> writer(new CaptureWriter);
  writer->start_ns_ = start_ns;
  if (!takes_a_file(path, &writer->path_)) return capture_error("capture.not_regular", path);
  const int fd = open_beside(writer->path_, &writer->partial_path_);
  if (fd < 0) return write_error(errno, path, 0);
  FILE* file = fdopen(fd, "wb");
  writer->pcap_ = pcap_open_dead_with_tstamp_precision(dlt_of(link), kSnapLen, PCAP_TSTAMP_PRECISION_NANO);
  if (file && writer->pcap_) writer->dumper_ = pcap_dump_fopen(writer->pcap_, file);
  if (writer->dumper_) return writer;
  const int code = errno;
  if (file) {
    fclose(file);
  } else {
    close(fd);
  }
  return write_error(code, path, 0);
}

CaptureWriter::~CaptureWriter() {
  if (dumper_) pcap_dump_close(dumper_);
  if (pcap_) pcap_close(pcap_);
  if (!partial_path_.empty()) unlink(partial_path_.c_str());
}

void CaptureWriter::write(std::int64_t t_ns, wire::Bytes bytes, std::uint32_t wire_len) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  if (failure_ != 0) return;
  const std::int64_t stamp = std::max<std::int64_t>(0, start_ns_ + t_ns);
  pcap_pkthdr header{};
  header.ts.tv_sec = stamp / kSecond;
  header.ts.tv_usec = stamp % kSecond;  // nanoseconds, as the dead handle was asked for
  header.caplen = static_cast<bpf_u_int32>(bytes.size());
  header.len = std::max(header.caplen, wire_len);
  pcap_dump(reinterpret_cast<u_char*>(dumper_), &header, bytes.data());
  ++count_;
  if (ferror(pcap_dump_file(dumper_))) {
    failure_ = errno != 0 ? errno : EIO;
    failed_at_ = count_;
  }
}

Result<std::uint64_t> CaptureWriter::finish() {
  if (failure_ == 0 && pcap_dump_flush(dumper_) != 0) failure_ = errno;
  if (failure_ == 0 && fsync(fileno(pcap_dump_file(dumper_))) != 0) failure_ = errno;
  pcap_dump_close(dumper_);
  dumper_ = nullptr;
  if (failure_ == 0 && rename(partial_path_.c_str(), path_.c_str()) != 0) failure_ = errno;
  if (failure_ != 0) return write_error(failure_, path_, failed_at_);
  partial_path_.clear();
  return count_;
}

}  // namespace ringside::nic
