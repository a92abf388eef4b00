#include "core/nic/pcap_stream.h"

#include <fcntl.h>
#include <pcap/pcap.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/nic/capture_error.h"

namespace ringside::nic {
namespace {

constexpr std::size_t kBufferBytes = 32 * 1024;

Error errno_error(int code, const std::string& name) {
  if (code == ENOENT || code == ENOTDIR) return capture_error("capture.missing", name);
  if (code == EACCES || code == EPERM) return capture_error("capture.permission", name);
  return capture_error("capture.read", name, 0, "detail", std::strerror(code));
}

bool contains(const std::string& words, const char* part) { return words.find(part) != std::string::npos; }

/// gzip, xz, zstd, bzip2: a capture may well be inside.
bool looks_compressed(const unsigned char* magic) {
  return (magic[0] == 0x1f && magic[1] == 0x8b) || std::memcmp(magic, "\xfd\x37zX", 4) == 0 ||
         std::memcmp(magic, "\x28\xb5\x2f\xfd", 4) == 0 || std::memcmp(magic, "BZh", 3) == 0;
}

/// libpcap's words for a file it does not open, as an id.
Error open_error(const std::string& words, int fd, const std::string& name) {
  constexpr ssize_t kBlockHeader = 12;  // libpcap takes a pcapng file cut inside it for no capture at all
  unsigned char magic[kBlockHeader] = {};
  const ssize_t got = pread(fd, magic, sizeof magic, 0);
  if (got < 4) return capture_error("capture.not_a_capture", name);
  if (looks_compressed(magic)) return capture_error("capture.compressed", name);
  const bool pcapng = std::memcmp(magic, "\n\r\r\n", 4) == 0;
  if (pcapng && got < kBlockHeader) return capture_error("capture.header_cut", name);
  if (contains(words, "unknown file format")) return capture_error("capture.not_a_capture", name);
  if (contains(words, "truncated")) return capture_error("capture.header_cut", name);
  if (contains(words, "no Interface Description")) return capture_error("capture.no_interface", name);
  if (contains(words, "version") || contains(words, "archaic")) {
    return capture_error("capture.version", name, 0, "detail", words);
  }
  return capture_error("capture.header_corrupt", name, 0, "detail", words);
}

std::int64_t nanoseconds(const timeval& ts) {
  constexpr std::int64_t kLimit = (std::int64_t{1} << 62) - 1;
  constexpr std::int64_t kSecond = 1'000'000'000;
  if (ts.tv_sec >= kLimit / kSecond) return kLimit;
  if (ts.tv_sec <= -kLimit / kSecond) return -kLimit;
  // A damaged record may have any number in its fraction.
  const std::int64_t fraction = std::clamp<std::int64_t>(ts.tv_usec, -5 * kSecond, 5 * kSecond);
  return std::clamp(ts.tv_sec * kSecond + fraction, -kLimit, kLimit);
}

}  // namespace

Result<int> open_regular_file(const std::string& path, const std::string& name, std::uint64_t* size) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return errno_error(errno, name);
  struct stat info {};
  std::string id;
  if (fstat(fd, &info) != 0) {
    id = "capture.read";
  } else if (S_ISDIR(info.st_mode)) {
    id = "capture.directory";
  } else if (!S_ISREG(info.st_mode)) {
    id = "capture.not_regular";
  } else if (info.st_size == 0) {
    id = "capture.empty_file";
  }
  if (!id.empty()) {
    close(fd);
    return capture_error(id, name);
  }
  *size = static_cast<std::uint64_t>(info.st_size);
  return fd;
}

Result<std::unique_ptr<PcapStream>> PcapStream::open(const std::string& path, const std::string& name) {
  std::uint64_t size = 0;
  const auto fd = open_regular_file(path, name, &size);
  if (!fd) return fd.error();
  FILE* file = fdopen(*fd, "rb");
  if (!file) {
    close(*fd);
    return errno_error(errno, name);
  }
  std::unique_ptr<PcapStream> stream(new PcapStream);
  stream->name_ = name;
  stream->buffer_.resize(kBufferBytes);
  setvbuf(file, stream->buffer_.data(), _IOFBF, stream->buffer_.size());
  char words[PCAP_ERRBUF_SIZE] = {};
  stream->pcap_ = pcap_fopen_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO, words);
  if (!stream->pcap_) {
    const Error error = open_error(words, *fd, name);
    fclose(file);
    return error;
  }
  return stream;
}

PcapStream::~PcapStream() {
  if (pcap_) pcap_close(pcap_);  // closes the file too
}

int PcapStream::dlt() const { return pcap_datalink(pcap_); }

// pcapng is at version 1; a classic file that libpcap opens is at least at 2.
bool PcapStream::is_pcapng() const { return pcap_major_version(pcap_) < 2; }

PcapStream::Status PcapStream::next() {
  pcap_pkthdr* header = nullptr;
  const u_char* data = nullptr;
  const int result = pcap_next_ex(pcap_, &header, &data);
  if (result == PCAP_ERROR_BREAK) return Status::kEnd;
  if (result != 1) return Status::kFailed;
  bytes_ = wire::Bytes(data, header->caplen);
  wire_len_ = std::max(header->len, header->caplen);
  stamp_ns_ = nanoseconds(header->ts);
  return Status::kRecord;
}

Error PcapStream::failure() const {
  const std::string words = pcap_geterr(pcap_);
  if (contains(words, "different from the type of")) return capture_error("capture.mixed_link_types", name_);
  if (contains(words, "different from the snapshot")) return capture_error("capture.mixed_snaplen", name_);
  if (ferror(pcap_file(pcap_))) return capture_error("capture.read", name_, 0, "detail", words);
  if (contains(words, "truncated")) return capture_error("capture.cut", name_);
  return capture_error("capture.corrupt", name_, 0, "detail", words);
}

std::int64_t PcapStream::tell() const { return ftello(pcap_file(pcap_)); }

bool PcapStream::seek(std::int64_t offset) { return fseeko(pcap_file(pcap_), offset, SEEK_SET) == 0; }

bool PcapStream::hole_at(std::int64_t offset) const {
  unsigned char block[4096];
  const ssize_t got = pread(fileno(pcap_file(pcap_)), block, sizeof block, offset);
  return got == static_cast<ssize_t>(sizeof block) &&
         std::all_of(block, block + got, [](unsigned char b) { return b == 0; });
}

}  // namespace ringside::nic
