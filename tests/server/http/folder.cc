#include "tests/server/http/folder.h"

#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>
#include <utility>

namespace parley::test {

StaticFiles LoadFiles(const std::filesystem::path& folder) {
  std::string error;
  auto files = StaticFiles::Load(folder, error);
  if (!files) throw std::runtime_error(error);
  return std::move(*files);
}

Folder::Folder() {
  std::string name = (std::filesystem::temp_directory_path() / "parley-test-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
  path_ = name;
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void Folder::Write(std::string_view name, std::string_view content) const {
  const std::filesystem::path file = path_ / name;
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << content;
}

void Folder::Link(std::string_view name, const std::filesystem::path& target) const {
  std::filesystem::create_symlink(target, path_ / name);
}

}  // namespace parley::test
