#include "server/app/open_files.h"

#include <system_error>
#include <utility>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "server/files/disk_files.h"
#include "server/files/file_work.h"
#include "server/workers/pool.h"

namespace parley {
namespace {

// What tells this data folder apart from others, made once. Empty on failure.
std::string IdOf(const DataFolder& data) {
  constexpr const char* kFile = "folder.id";
  if (const auto id = data.Read(kFile)) return *id;
  std::string id = RandomToken(16);
  return data.Write(kFile, id) ? id : std::string();
}

}  // namespace

std::unique_ptr<Files> OpenFiles(const Config& config, const DataFolder& data,
                                 const std::set<std::string>& named, std::string_view secret,
                                 const Waker& waker, std::string& error) {
  if (config.files.empty()) return nullptr;
  const std::string id = IdOf(data);
  if (id.empty()) {
    error = "can't write to the data folder " + config.data +
            "; check its permissions and the free space of its disk";
    return nullptr;
  }
  std::string why;
  auto disk = DiskFiles::Open(config.files, id, config.durability == Config::Durability::kFull, why);
  std::error_code no_thread;
  auto pool = disk ? Pool::Open(1, waker, no_thread) : nullptr;
  if (!disk || !pool) {
    if (no_thread) why = "cannot start a thread for it: " + no_thread.message();
    error = "can't use the folder of files " + config.files + ": " + why +
            "; choose another with --files DIR, or use --files off";
    return nullptr;
  }
  DiskFiles::Found found = disk->Scan(named);
  auto files = std::make_unique<Files>(FileBounds{config.file_bytes, config.files_total_bytes}, secret,
                                       std::make_unique<FileWork>(std::move(disk), std::move(pool)));
  const Now now = ReadSystemClock();
  for (const auto& kept : found.kept) files->uploads().RestoreKept(kept.id, kept.owner, kept.size);
  for (auto& upload : found.uploads) files->uploads().Restore(std::move(upload.record), upload.offset, now);
  return files;
}

}  // namespace parley
