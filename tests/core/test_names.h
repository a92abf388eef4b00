// The names of tests that run once for every kernel, file or script.
#pragma once
#include <gtest/gtest.h>

#include <cctype>
#include <string>
#include <tuple>

#include "core/profiles/profile.h"

namespace ringside::test {

/// GoogleTest takes letters, digits and '_' only.
inline std::string as_identifier(std::string text) {
  for (char& c : text)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  return text;
}

/// "v4_13", "v6_18".
struct KernelName {
  std::string operator()(const testing::TestParamInfo<const char*>& kernel) const {
    return as_identifier(std::string("v") + kernel.param);
  }
  std::string operator()(const testing::TestParamInfo<const KernelProfile*>& kernel) const {
    return kernel.param == &linux_4_13() ? "v4_13" : "v6_18";
  }
};

/// "bulk_reorder_pcap_4_13".
struct FileAndKernelName {
  template <class Parameters>
  std::string operator()(const testing::TestParamInfo<Parameters>& both) const {
    return as_identifier(std::string(std::get<0>(both.param)) + "_" + std::get<1>(both.param));
  }
};

}  // namespace ringside::test
