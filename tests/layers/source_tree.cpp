#include "tests/layers/source_tree.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

namespace ringside::layers {
namespace fs = std::filesystem;

namespace {

bool is_foreign(const fs::path& directory) {
  const std::string name = directory.filename().string();
  return name == ".git" || name == ".cache" || name == "build";
}

}  // namespace

SourceFile from_text(std::string path, const std::string& text) {
  SourceFile file{std::move(path), {}};
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) file.lines.push_back(line);
  return file;
}

std::vector<SourceFile> project_files() {
  const fs::path root = RINGSIDE_SOURCE_DIR;
  std::vector<SourceFile> files;
  for (auto it = fs::recursive_directory_iterator(root); it != fs::recursive_directory_iterator(); ++it) {
    if (it->is_directory() && is_foreign(it->path())) it.disable_recursion_pending();
    if (!it->is_regular_file()) continue;
    std::ifstream in(it->path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const bool binary = text.find('\0') != std::string::npos;
    if (!binary) files.push_back(from_text(it->path().lexically_relative(root).generic_string(), text));
  }
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return files;
}

std::vector<SourceFile> cpp_files() {
  std::vector<SourceFile> files = project_files();
  std::erase_if(files, [](const SourceFile& file) {
    return !file.path.ends_with(".h") && !file.path.ends_with(".cpp");
  });
  return files;
}

}  // namespace ringside::layers
