#include "core/engine/host_archive.h"

#include <gtest/gtest.h>

#include "core/model/writer.h"

namespace ringside {
namespace {

TEST(HostArchive, EveryImageComesBackAsItWas) {
  Host host;
  Writer writer(host);
  HostArchive archive;
  std::vector<std::uint64_t> hashes;
  std::vector<SockId> socks;
  for (std::uint32_t n = 0; n < 300; ++n) {
    if (n % 3 == 0) socks.push_back(writer.alloc_sock());
    if (n % 7 == 6) {
      writer.release(socks.back());
      socks.pop_back();
    }
    for (const SockId sk : socks) writer.put(host[sk].tp.rcv_nxt, host[sk].tp.rcv_nxt + n);
    writer.put(host.net->ip_id, n);
    EXPECT_EQ(archive.add(host), n);
    hashes.push_back(host.state_hash());
  }
  Host copy;
  for (std::uint32_t n = 300; n-- > 0;) {
    archive.restore(n, copy);
    ASSERT_EQ(copy.state_hash(), hashes[n]) << "image " << n;
  }
}

TEST(HostArchive, WhatIsLeftAfterThinningOutComesBackAsItWas) {
  Host host;
  Writer writer(host);
  HostArchive archive;
  std::vector<std::uint64_t> hashes;
  std::vector<std::vector<std::uint8_t>> extras;
  for (std::uint32_t n = 0; n < 101; ++n) {
    writer.put(host[writer.alloc_sock()].tp.rcv_nxt, n);
    writer.put(host.net->ip_id, n);
    extras.emplace_back(100 + 37 * n % 300, static_cast<std::uint8_t>(n));  // grows and shrinks
    if (n % 5 == 0) extras.back().assign(90, 0);
    archive.add(host, extras.back());
    hashes.push_back(host.state_hash());
  }
  Host copy;
  std::vector<std::uint8_t> extra;
  for (std::uint32_t apart = 2; apart <= 16; apart *= 2) {
    const std::size_t before = archive.bytes();
    archive.thin_out();
    EXPECT_LT(archive.bytes(), before);
    for (std::uint32_t n = 0; n * apart < hashes.size(); ++n) {
      archive.restore(n, copy, &extra);
      ASSERT_EQ(copy.state_hash(), hashes[n * apart]) << "image " << n << ", every " << apart;
      ASSERT_EQ(extra, extras[n * apart]) << "image " << n << ", every " << apart;
    }
  }
}

TEST(HostArchive, AnExitedProcessIsNotLookedAtForEver) {
  Host host;
  Writer writer(host);
  HostArchive archive;
  std::vector<std::uint64_t> hashes;
  for (std::uint32_t n = 0; n < 600; ++n) {
    const ProcessId process = writer.alloc_process();
    writer.put(host[process].runnable_since_ns, std::int64_t{n});
    if (n >= 100) writer.put(host[ProcessId{n - 99}].state, ProcState::exited);
    archive.add(host);
    hashes.push_back(host.state_hash());
  }
  Host copy;
  for (std::uint32_t n = 0; n < 600; n += 7) {
    archive.restore(n, copy);
    ASSERT_EQ(copy.state_hash(), hashes[n]) << "image " << n;
  }
}

TEST(HostArchive, ImagesInTheFileComeBackAsTheyWere) {
  Host host;
  Writer writer(host);
  HostArchive archive(20'000);
  std::vector<std::uint64_t> hashes;
  for (std::uint32_t n = 0; n < 200; ++n) {
    writer.put(host[writer.alloc_sock()].tp.rcv_nxt, n);
    writer.put(host.net->ip_id, n);
    EXPECT_EQ(archive.add(host), n);
    hashes.push_back(host.state_hash());
  }
  EXPECT_LT(archive.bytes(), 20'000u);
  EXPECT_GT(archive.bytes_in_file(), 20'000u);
  Host copy;
  for (std::uint32_t n = 200; n-- > 0;) {
    ASSERT_TRUE(archive.restore(n, copy));
    ASSERT_EQ(copy.state_hash(), hashes[n]) << "image " << n;
  }
}

TEST(HostArchive, AnImageCostsWhatHasChanged) {
  Host host;
  Writer writer(host);
  for (int i = 0; i < 1000; ++i) {
    const SockId sk = writer.alloc_sock();
    writer.put(host[sk].tp.rcv_nxt, 1u);
  }
  HostArchive archive;
  archive.add(host);
  const std::size_t whole = archive.bytes();
  writer.put(host.net->ip_id, 7u);
  archive.add(host);
  EXPECT_LT(archive.bytes() - whole, 1000u);
  EXPECT_GT(whole, 60000u);
}

TEST(HostLocate, FindsEveryObjectAfterGrowthAndInCopies) {
  Host host;
  Writer writer(host);
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 100; ++i) {
      const SkbId skb = writer.alloc_skb();
      const Loc loc = host.locate(&host[skb].truesize);
      EXPECT_EQ(loc.kind, ObjectKind::skb);
      EXPECT_EQ(loc.index, skb.index);
      EXPECT_EQ(loc.offset, offsetof(SkBuff, truesize));
    }
    const Host copy = host;
    const Loc loc = copy.locate(&copy[SkbId{5}].len);
    EXPECT_EQ(loc.index, 5u);
    EXPECT_EQ(copy.locate(&host[SkbId{5}].len).kind, ObjectKind::none);
  }
  EXPECT_EQ(host.locate(&host.net->ip_id).kind, ObjectKind::net);
  EXPECT_EQ(host.locate(&host.cpus[1]->softirq_pending).index, 1u);
}

}  // namespace
}  // namespace ringside
