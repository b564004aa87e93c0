#include "server/admin/backup.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "common/base/clock.h"
#include "common/base/sha256.h"
#include "server/data/data_folder.h"
#include "server/data/database_copy.h"
#include "server/data/running_server.h"

namespace parley {
namespace {

namespace fs = std::filesystem;

// Where files wait until all of them are there.
constexpr auto* kPartial = "restore.partial";

// Where a backup and a data folder have the files of messages.
constexpr auto* kFiles = "files";

constexpr const char* kWrittenWrong = "its checksum differs from what was written; check the disk";

struct Wrong {
  std::string text;
};

[[noreturn]] void Fail(const fs::path& path, const std::string& why) {
  throw Wrong{path.string() + ": " + why};
}

[[noreturn]] void FailBySystem(const fs::path& path) {
  Fail(path, errno == ENOSPC ? "the disk is full" : std::strerror(errno));
}

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

class OpenFile {
 public:
  OpenFile(const fs::path& path, int flags) : file_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() {
    if (file_ >= 0) ::close(file_);
  }
  [[nodiscard]] int get() const { return file_; }

 private:
  int file_;
};

void WriteAll(int file, std::string_view bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) FailBySystem(path);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

void Sync(const fs::path& path) {
  const OpenFile file(path, O_RDONLY);
  if (file.get() < 0 || ::fsync(file.get()) != 0) FailBySystem(path);
}

// The checksum of what was read from `source`; empty if it has gone meanwhile.
std::string CopyBytes(const fs::path& source, const fs::path& copy) {
  const OpenFile from(source, O_RDONLY);
  if (from.get() < 0 && errno == ENOENT) return "";
  if (from.get() < 0) FailBySystem(source);
  const OpenFile to(copy, O_WRONLY | O_CREAT | O_EXCL);
  if (to.get() < 0) FailBySystem(copy);
  Sha256 sum;
  std::vector<char> piece(std::size_t{64} * 1024);
  for (;;) {
    const ssize_t got = ::read(from.get(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) FailBySystem(source);
    if (got == 0) return sum.Finish();
    const std::string_view bytes(piece.data(), static_cast<std::size_t>(got));
    sum.Add(bytes);
    WriteAll(to.get(), bytes, copy);
  }
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
  {
    const OpenFile file(path, O_WRONLY | O_CREAT | O_EXCL);
    if (file.get() < 0) FailBySystem(path);
    WriteAll(file.get(), text, path);
  }
  Sync(path);
  Sync(folder);
}

bool IsOfMessages(const fs::path& relative) {
  return !relative.empty() && *relative.begin() == kFiles;
}

Manifest MakeBackup(const ServerFolders& server, const fs::path& folder) {
  const fs::path& data = server.data;
  std::error_code failed;
  if (!fs::is_directory(data, failed)) Fail(data, "there is no such data folder; give it with --data DIR");
  if (IsWithin(folder, data)) Fail(folder, "it is in the data folder; choose another place for the backup");
  if (!server.files.empty() && !fs::is_directory(server.files, failed)) {
    Fail(server.files, "there is no such folder of files; give that of the server with --files DIR");
  }
  MakeFolder(folder);
  if (!IsEmpty(folder)) Fail(folder, "it is not an empty folder; choose a new one for the backup");
  UndoUnlessKept undo(folder);
  Manifest manifest{.version = PARLEY_VERSION, .made = FormatTime(ReadSystemClock().wall), .files = {}};
  // The databases come first, and the others are looked for after them: a message that was copied has its
  // file.
  for (const FileKind kind : {FileKind::kDatabases, FileKind::kOthers}) {
    for (const fs::path& relative : FilesOf(data, kind)) {
      if (!server.files.empty() && IsOfMessages(relative)) continue;  // the server does not use them
      if (auto file = BackUpFile(data, folder, relative)) manifest.files.push_back(std::move(*file));
    }
    if (manifest.files.empty())
      Fail(data, "it has no databases; give the server's data folder with --data DIR");
  }
  if (!server.files.empty()) {
    MakeFolder(folder / kFiles);
    for (const fs::path& relative : FilesOf(server.files, FileKind::kOthers)) {
      auto file = BackUpFile(server.files, folder / kFiles, relative);
      if (!file) continue;
      file->path = (fs::path(kFiles) / relative).generic_string();
      manifest.files.push_back(std::move(*file));
    }
  }
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

Manifest RestoreBackup(const fs::path& folder, const ServerFolders& server) {
  Manifest manifest = ReadManifest(folder);
  Destination data(server.data, "--data");
  std::optional<Destination> files;
  if (!server.files.empty()) files.emplace(server.files, "--files");
  for (const Manifest::File& file : manifest.files) {
    const fs::path path(file.path);
    if (files && IsOfMessages(path)) {
      CopyChecked(file, folder, files->partial(), path.lexically_relative(kFiles));
    } else {
      CopyChecked(file, folder, data.partial(), path);
    }
  }
  if (files) files->MoveIn();
  data.MoveIn();
  if (files) files->Keep();
  data.Keep();
  return manifest;
}

template <typename Work>
std::optional<Manifest> Try(const Work& work, std::string& error) try {
  return work();
} catch (const Wrong& wrong) {
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
