#include "server/app/load_page.h"

#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

#include "common/base/platform.h"
#include "server/app/cannot_start.h"

namespace parley {
namespace {

namespace fs = std::filesystem;

fs::path StaticFolder(const Config& config) {
  if (!config.static_folder.empty()) return config.static_folder;
  std::error_code error;
  const fs::path program = ProgramFile();
  fs::path moved = program.parent_path().parent_path() / "share/parley/static";  // an installation elsewhere
  if (!program.empty() && fs::exists(moved / "index.html", error)) return moved;
  if (fs::exists(PARLEY_STATIC_INSTALLED "/index.html", error)) return PARLEY_STATIC_INSTALLED;
  return PARLEY_STATIC_BUILT;
}

}  // namespace

StaticFiles LoadPage(const Config& config) {
  const fs::path folder = StaticFolder(config);
  std::error_code error;
  if (config.static_folder.empty() && !fs::exists(folder / "index.html", error)) {
    return {};  // not built
  }
  std::string wrong;
  auto page = StaticFiles::Load(folder, wrong);
  if (!page) throw CannotStart{wrong + "; choose another folder with --static DIR"};
  return std::move(*page);
}

}  // namespace parley
