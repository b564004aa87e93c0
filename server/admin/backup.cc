#include "server/admin/backup.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "common/base/clock.h"
#include "common/base/sha256.h"
#include "server/admin/checked_copy.h"
#include "server/data/data_folder.h"
#include "server/data/database_copy.h"
#include "server/data/running_server.h"

namespace parley {
namespace {

namespace fs = std::filesystem;

// Where files wait until all of them are there.
constexpr auto* kPartial = "restore.partial";

// Folders in a backup and in a data folder: for the files of messages, and for recordings.
constexpr auto* kFiles = "files";
constexpr auto* kRecordings = "recordings";

constexpr const char* kWrittenWrong = "its checksum differs from what was written; check the disk";

bool IsDatabase(const fs::path& path) {
  return path.extension() == ".db";
}

// Files that mean nothing without the server that has them open, or that are half written.
bool IsPassing(const fs::path& path) {
  const std::string name = path.filename();
  return name == DataFolder::kLock || name == RunningServer::kFile || name.ends_with(".new") ||
         name.ends_with(".db-wal") || name.ends_with(".db-shm") || name.ends_with(".db-journal");
}

void MakeFolder(const fs::path& folder) {
  std::string error;
  if (!MakeDataFolder(folder, error)) Fail(folder, error);
}

// The folders above a file of `base`, for the owner only.
void MakeFoldersOf(const fs::path& base, const fs::path& relative) {
  fs::path folder = base;
  for (const fs::path& part : relative.parent_path()) MakeFolder(folder /= part);
}

// What is on the disk.
Manifest::File Describe(const fs::path& base, const fs::path& relative) {
  Sync(base / relative);
  std::error_code failed;
  const auto size = fs::file_size(base / relative, failed);
  const auto sum = Sha256OfFile(base / relative);
  if (failed || !sum) Fail(base / relative, "it can't be read");
  return {.path = relative.generic_string(), .size = size, .sha256 = *sum};
}

bool IsEmpty(const fs::path& folder) {
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(folder, failed)) {
    if (entry.path().filename() != DataFolder::kLock) return false;
  }
  return !failed;
}

void Empty(const fs::path& folder) {
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(folder, failed)) {
    if (entry.path().filename() != DataFolder::kLock) fs::remove_all(entry.path(), failed);
  }
}

// Empties a folder, unless everything went well.
class UndoUnlessKept {
 public:
  explicit UndoUnlessKept(fs::path folder) : folder_(std::move(folder)) {}
  UndoUnlessKept(const UndoUnlessKept&) = delete;
  UndoUnlessKept& operator=(const UndoUnlessKept&) = delete;
  ~UndoUnlessKept() {
    if (!kept_) Empty(folder_);
  }
  void Keep() { kept_ = true; }

 private:
  fs::path folder_;
  bool kept_ = false;
};

bool IsWithin(const fs::path& inner, const fs::path& outer) {
  std::error_code failed;
  const fs::path in = fs::weakly_canonical(inner, failed);
  const fs::path out = fs::weakly_canonical(outer, failed);
  return std::mismatch(out.begin(), out.end(), in.begin(), in.end()).first == out.end();
}

enum class FileKind { kDatabases, kOthers };

// The files of that kind, with paths relative to `data`.
std::vector<fs::path> FilesOf(const fs::path& data, FileKind kind) {
  std::vector<fs::path> files;
  std::error_code failed;
  for (fs::recursive_directory_iterator entry(data, fs::directory_options::follow_directory_symlink, failed),
       end;
       !failed && entry != end; entry.increment(failed)) {
    if (std::error_code gone; !entry->is_regular_file(gone) || IsPassing(entry->path())) continue;
    if (IsDatabase(entry->path()) != (kind == FileKind::kDatabases)) continue;
    files.push_back(entry->path().lexically_relative(data));
  }
  if (failed) Fail(data, failed.message());
  std::ranges::sort(files);
  return files;
}

// Nothing if the file has gone meanwhile.
std::optional<Manifest::File> BackUpFile(const fs::path& data, const fs::path& folder,
                                         const fs::path& relative) {
  MakeFoldersOf(folder, relative);
  if (IsDatabase(relative)) {
    std::string error;
    if (!CopyDatabase(data / relative, folder / relative, error)) Fail(data / relative, error);
    return Describe(folder, relative);
  }
  const std::string sum = CopyBytes(data / relative, folder / relative);
  if (sum.empty()) return std::nullopt;
  Manifest::File file = Describe(folder, relative);
  if (file.sha256 != sum) Fail(folder / relative, kWrittenWrong);
  return file;
}

void WriteManifest(const Manifest& manifest, const fs::path& folder) {
  const fs::path path = folder / Manifest::kFile;
  const std::string text = ToText(manifest);
  if (std::string error; !ParseManifest(text, error))
    Fail(folder, "a file name is not valid UTF-8: " + error);
  WriteNew(path, text);
  Sync(folder);
}

// A part of a backup that a server may have outside of its data folder.
struct Part {
  std::string name;  // of its folder in a backup and in a data folder
  fs::path outside;  // empty: it is in the data folder
  bool copied = true;

  [[nodiscard]] bool Has(const fs::path& relative) const {
    return !relative.empty() && *relative.begin() == name;
  }
};

std::vector<Part> PartsOf(const ServerFolders& server) {
  return {{kFiles, server.files}, {kRecordings, server.recordings, server.with_recordings}};
}

// Whether a file of the data folder belongs to a part that is left out, or that the server has elsewhere.
bool IsLeftOut(const std::vector<Part>& parts, const fs::path& relative) {
  return std::ranges::any_of(
      parts, [&](const Part& part) { return part.Has(relative) && (!part.copied || !part.outside.empty()); });
}

void RequireFolder(const Part& part) {
  std::error_code failed;
  if (part.outside.empty() || fs::is_directory(part.outside, failed)) return;
  Fail(part.outside, "this folder does not exist; name the server's folder with --" + part.name +
                         " DIR, or leave it out with --" + part.name + " off");
}

// Copies a part that is outside of the data folder.
void AddPart(const Part& part, const fs::path& folder, Manifest& manifest) {
  if (part.outside.empty()) return;
  MakeFolder(folder / part.name);
  for (const fs::path& relative : FilesOf(part.outside, FileKind::kOthers)) {
    auto file = BackUpFile(part.outside, folder / part.name, relative);
    if (!file) continue;
    file->path = (fs::path(part.name) / relative).generic_string();
    manifest.files.push_back(std::move(*file));
  }
}

Manifest MakeBackup(const ServerFolders& server, const fs::path& folder) {
  const fs::path& data = server.data;
  std::error_code failed;
  if (!fs::is_directory(data, failed)) Fail(data, "there is no such data folder; give it with --data DIR");
  if (IsWithin(folder, data)) Fail(folder, "it is in the data folder; choose another place for the backup");
  const std::vector<Part> parts = PartsOf(server);
  for (const Part& part : parts) {
    RequireFolder(part);
    if (part.copied && !part.outside.empty() && IsWithin(folder, part.outside)) {
      Fail(folder, "it is in the folder of " + part.name + "; choose another place for the backup");
    }
  }
  MakeFolder(folder);
  if (!IsEmpty(folder)) Fail(folder, "it is not an empty folder; choose a new one for the backup");
  UndoUnlessKept undo(folder);
  Manifest manifest{.version = PARLEY_VERSION, .made = FormatTime(ReadSystemClock().wall), .files = {}};
  // The databases come first, and the others are looked for after them: a message that was copied has its
  // file.
  for (const FileKind kind : {FileKind::kDatabases, FileKind::kOthers}) {
    for (const fs::path& relative : FilesOf(data, kind)) {
      if (IsLeftOut(parts, relative)) continue;
      if (auto file = BackUpFile(data, folder, relative)) manifest.files.push_back(std::move(*file));
    }
    if (manifest.files.empty())
      Fail(data, "it has no databases; give the server's data folder with --data DIR");
  }
  for (const Part& part : parts) AddPart(part, folder, manifest);
  WriteManifest(manifest, folder);
  undo.Keep();
  return manifest;
}

Manifest ReadManifest(const fs::path& folder) {
  const auto text = ReadFile(folder / Manifest::kFile);
  if (!text) Fail(folder, "it has no readable manifest.json, so it is not a whole backup");
  std::string error;
  auto manifest = ParseManifest(*text, error);
  if (!manifest) Fail(folder / Manifest::kFile, "it can't be used: " + error);
  return *manifest;
}

// `as`: its path in `to`.
void CopyChecked(const Manifest::File& listed, const fs::path& folder, const fs::path& to,
                 const fs::path& as) {
  MakeFoldersOf(to, as);
  const std::string sum = CopyBytes(folder / listed.path, to / as);
  if (sum.empty()) Fail(folder / listed.path, "it is missing in the backup");
  if (sum != listed.sha256)
    Fail(folder / listed.path, "its checksum differs from the manifest; use another backup");
  const Manifest::File copy = Describe(to, as);
  if (copy.size != listed.size || copy.sha256 != listed.sha256) {
    Fail(to / as, kWrittenWrong);
  }
  std::string error;
  if (IsDatabase(listed.path) && !CheckDatabase(to / as, error)) Fail(folder / listed.path, error);
}

// The databases come last: without them, a server would begin anew.
void MoveAll(const fs::path& from, const fs::path& to) {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(from)) paths.push_back(entry.path());
  std::stable_partition(paths.begin(), paths.end(), [](const fs::path& path) { return !IsDatabase(path); });
  for (const fs::path& path : paths) {
    std::error_code failed;
    fs::rename(path, to / path.filename(), failed);
    if (failed) Fail(to / path.filename(), failed.message());
  }
  fs::remove(from);
  Sync(to);
}

// A folder to restore to: locked and empty at first, and empty again unless the restore is kept.
class Destination {
 public:
  // `option`: by which another folder can be named.
  Destination(const fs::path& folder, const std::string& option)
      : folder_(folder), locked_(Lock(folder, option)) {
    if (!IsEmpty(folder)) {
      Fail(folder,
           "it is not empty, and a restore replaces nothing; move it away, or name another folder with " +
               option + " DIR");
    }
    undo_.emplace(folder);
    MakeFolder(partial());
  }
  [[nodiscard]] fs::path partial() const { return folder_ / kPartial; }
  void MoveIn() { MoveAll(partial(), folder_); }
  void Keep() { undo_->Keep(); }

 private:
  static DataFolder Lock(const fs::path& folder, const std::string& option) {
    std::string error;
    auto locked = DataFolder::Open(folder, error);
    if (!locked) Fail(folder, error + "; stop it first, or name another folder with " + option + " DIR");
    return std::move(*locked);
  }

  fs::path folder_;
  DataFolder locked_;
  std::optional<UndoUnlessKept> undo_;
};

// The folders that a backup is restored to.
class Destinations {
 public:
  explicit Destinations(const ServerFolders& server) : data_(server.data, "--data"), parts_(PartsOf(server)) {
    for (const Part& part : parts_) {
      auto& outside = outside_.emplace_back();
      if (!part.outside.empty()) outside = std::make_unique<Destination>(part.outside, "--" + part.name);
    }
  }

  void Copy(const Manifest::File& file, const fs::path& folder) {
    const fs::path path(file.path);
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      if (!parts_[i].Has(path)) continue;
      if (outside_[i]) {
        return CopyChecked(file, folder, outside_[i]->partial(), path.lexically_relative(parts_[i].name));
      }
    }
    CopyChecked(file, folder, data_.partial(), path);
  }

  void Finish() {
    for (const auto& outside : outside_) {
      if (outside) outside->MoveIn();
    }
    data_.MoveIn();
    for (const auto& outside : outside_) {
      if (outside) outside->Keep();
    }
    data_.Keep();
  }

 private:
  Destination data_;
  std::vector<Part> parts_;
  std::vector<std::unique_ptr<Destination>> outside_;  // of each part; null: it is in the data folder
};

Manifest RestoreBackup(const fs::path& folder, const ServerFolders& server) {
  Manifest manifest = ReadManifest(folder);
  Destinations destinations(server);
  if (!server.with_recordings) {
    std::erase_if(manifest.files, [](const Manifest::File& file) {
      return fs::path(file.path).begin()->string() == kRecordings;
    });
  }
  for (const Manifest::File& file : manifest.files) destinations.Copy(file, folder);
  destinations.Finish();
  return manifest;
}

template <typename Work>
std::optional<Manifest> Try(const Work& work, std::string& error) try {
  return work();
} catch (const CopyFailure& wrong) {
  error = wrong.text;
  return std::nullopt;
} catch (const fs::filesystem_error& wrong) {
  error = wrong.what();
  return std::nullopt;
}

}  // namespace

std::optional<Manifest> BackUp(const ServerFolders& server, const fs::path& folder, std::string& error) {
  return Try([&] { return MakeBackup(server, folder); }, error);
}

std::optional<Manifest> Restore(const fs::path& folder, const ServerFolders& server, std::string& error) {
  return Try([&] { return RestoreBackup(folder, server); }, error);
}

}  // namespace parley
