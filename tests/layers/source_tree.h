// The files of the project, read from the disk.
#pragma once
#include <string>
#include <vector>

namespace ringside::layers {

struct SourceFile {
  std::string path;                ///< from the root of the sources, with forward slashes
  std::vector<std::string> lines;  ///< without their ends
};

/// Every text file of the project, sorted by path; no build directories, nothing of git's.
std::vector<SourceFile> project_files();

/// Those of them that are C++: *.h and *.cpp.
std::vector<SourceFile> cpp_files();

SourceFile from_text(std::string path, const std::string& text);

}  // namespace ringside::layers
