// What libpcap itself takes for a file: bare_libpcap FILE
#include <pcap/pcap.h>

#include <cstdio>

int main(int argc, char** argv) {
  char words[PCAP_ERRBUF_SIZE] = {};
  pcap_t* pcap = argc == 2 ? pcap_open_offline(argv[1], words) : nullptr;
  if (pcap == nullptr) {
    std::fprintf(stderr, "usage: bare_libpcap FILE\n%s\n", words);
    return 2;
  }
  pcap_pkthdr* header = nullptr;
  const u_char* data = nullptr;
  unsigned long long sum = 0;
  while (pcap_next_ex(pcap, &header, &data) == 1)
    if (header->caplen != 0) sum += data[header->caplen - 1];
  pcap_close(pcap);
  std::printf("%llu\n", sum);
  return 0;
}
