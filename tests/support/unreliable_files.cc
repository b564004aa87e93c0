#include "tests/support/unreliable_files.h"

#include <spdlog/spdlog.h>
#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace parley::test {

// What SQLite calls a file: it makes room for one, and casts.
struct UnreliableFiles::Handle : sqlite3_file {
  UnreliableFiles* disk;
  File* file;
};

// The functions that SQLite calls (sqlite.org/c3ref/io_methods.html). One connection uses a file, so that
// locks have nobody to keep out.
struct UnreliableFiles::Calls {
  static Handle& Of(sqlite3_file* file) { return *static_cast<Handle*>(file); }
  static UnreliableFiles& Of(sqlite3_vfs* vfs) { return *static_cast<UnreliableFiles*>(vfs->pAppData); }

  static int Open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
    Handle& handle = Of(file);
    handle.disk = &Of(vfs);
    // Without a name: nobody else's, and gone with the process.
    handle.file =
        &handle.disk->files_[name == nullptr ? "#" + std::to_string(handle.disk->nameless_++) : name];
    handle.pMethods = Methods();
    if (out_flags != nullptr) *out_flags = flags;
    return SQLITE_OK;
  }
  static int Delete(sqlite3_vfs* vfs, const char* name, int /*sync*/) {
    if (!Of(vfs).stopped_) Of(vfs).files_.erase(name);
    return SQLITE_OK;
  }
  static int Access(sqlite3_vfs* vfs, const char* name, int /*flags*/, int* result) {
    *result = Of(vfs).files_.contains(name) ? 1 : 0;
    return SQLITE_OK;
  }
  static int FullPathname(sqlite3_vfs* /*vfs*/, const char* name, int size, char* out) {
    sqlite3_snprintf(size, out, "%s", name);
    return SQLITE_OK;
  }

  static int Close(sqlite3_file* /*file*/) { return SQLITE_OK; }
  static int Read(sqlite3_file* file, void* into, int size, sqlite3_int64 at) {
    const std::string& from = Of(file).file->written;
    const auto begin = std::min(static_cast<std::size_t>(at), from.size());
    const std::size_t count = from.copy(static_cast<char*>(into), static_cast<std::size_t>(size), begin);
    if (count == static_cast<std::size_t>(size)) return SQLITE_OK;
    std::memset(static_cast<char*>(into) + count, 0, static_cast<std::size_t>(size) - count);
    return SQLITE_IOERR_SHORT_READ;
  }
  static int Write(sqlite3_file* file, const void* from, int size, sqlite3_int64 at) {
    if (Of(file).disk->Fails(Trouble::kFull)) return SQLITE_FULL;
    if (Of(file).disk->Fails(Trouble::kBroken)) return SQLITE_IOERR_WRITE;
    const std::string bytes(static_cast<const char*>(from), static_cast<std::size_t>(size));
    return Do(file, {.at = static_cast<std::size_t>(at), .bytes = bytes});
  }
  static int Truncate(sqlite3_file* file, sqlite3_int64 size) {
    if (Of(file).disk->Fails(Trouble::kBroken)) return SQLITE_IOERR_TRUNCATE;
    return Do(file, {.at = static_cast<std::size_t>(size), .bytes = {}, .cut = true});
  }
  static int Do(sqlite3_file* file, Change change) {
    if (Of(file).disk->stopped_) return SQLITE_IOERR_WRITE;
    Apply(Of(file).file->written, change);
    Of(file).file->unsynced.push_back(std::move(change));
    return SQLITE_OK;
  }
  static int Sync(sqlite3_file* file, int /*flags*/) {
    const Handle& handle = Of(file);
    if (handle.disk->stopped_ || handle.disk->Fails(Trouble::kNoSync) ||
        handle.disk->Fails(Trouble::kBroken)) {
      return SQLITE_IOERR_FSYNC;
    }
    for (const Change& change : handle.file->unsynced) Apply(handle.file->synced, change);
    handle.file->unsynced.clear();
    return SQLITE_OK;
  }
  static int FileSize(sqlite3_file* file, sqlite3_int64* size) {
    *size = static_cast<sqlite3_int64>(Of(file).file->written.size());
    return SQLITE_OK;
  }
  static int Lock(sqlite3_file* /*file*/, int /*kind*/) { return SQLITE_OK; }
  static int CheckReservedLock(sqlite3_file* /*file*/, int* result) {
    *result = 0;
    return SQLITE_OK;
  }
  static int FileControl(sqlite3_file* /*file*/, int /*what*/, void* /*with*/) { return SQLITE_NOTFOUND; }
  static int SectorSize(sqlite3_file* /*file*/) { return 4'096; }
  static int DeviceCharacteristics(sqlite3_file* /*file*/) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }
  static int ShmMap(sqlite3_file* file, int page, int size, int extend, void volatile** out) {
    auto& shared = Of(file).file->shared;
    const auto index = static_cast<std::size_t>(page);
    if (index >= shared.size() && extend != 0) shared.resize(index + 1);
    *out = nullptr;
    if (index >= shared.size()) return SQLITE_OK;
    if (!shared[index]) shared[index] = std::make_unique<char[]>(static_cast<std::size_t>(size));
    *out = shared[index].get();
    return SQLITE_OK;
  }
  static int ShmLock(sqlite3_file* /*file*/, int /*at*/, int /*count*/, int /*flags*/) { return SQLITE_OK; }
  static void ShmBarrier(sqlite3_file* /*file*/) {}
  static int ShmUnmap(sqlite3_file* file, int /*remove*/) {
    Of(file).file->shared.clear();
    return SQLITE_OK;
  }

  static const sqlite3_io_methods* Methods() {
    static const sqlite3_io_methods methods = {2,
                                               Close,
                                               Read,
                                               Write,
                                               Truncate,
                                               Sync,
                                               FileSize,
                                               Lock,
                                               Lock,
                                               CheckReservedLock,
                                               FileControl,
                                               SectorSize,
                                               DeviceCharacteristics,
                                               ShmMap,
                                               ShmLock,
                                               ShmBarrier,
                                               ShmUnmap,
                                               nullptr,
                                               nullptr};
    return &methods;
  }
};

UnreliableFiles::UnreliableFiles(unsigned long seed)
    : vfs_(std::make_unique<sqlite3_vfs>(*sqlite3_vfs_find(nullptr))),
      random_(static_cast<std::mt19937::result_type>(seed)) {
  vfs_->iVersion = 2;
  vfs_->szOsFile = sizeof(Handle);
  vfs_->zName = "unreliable";
  vfs_->pAppData = this;
  vfs_->xOpen = Calls::Open;
  vfs_->xDelete = Calls::Delete;
  vfs_->xAccess = Calls::Access;
  vfs_->xFullPathname = Calls::FullPathname;
  sqlite3_vfs_register(vfs_.get(), 1);
  spdlog::set_level(spdlog::level::off);  // what fails on purpose is nothing to report
}

UnreliableFiles::~UnreliableFiles() {
  sqlite3_vfs_unregister(vfs_.get());
  spdlog::set_level(spdlog::level::info);
}

void UnreliableFiles::BreakAfter(int calls, Trouble trouble) {
  calls_left_ = calls;
  trouble_ = trouble;
}

bool UnreliableFiles::Fails(Trouble of) {
  if (trouble_ != of) return false;
  if (calls_left_ > 0) {
    --calls_left_;
    return false;
  }
  ++failed_;
  return true;
}

void UnreliableFiles::Apply(std::string& image, const Change& change) {
  const std::size_t end = change.at + change.bytes.size();
  if (change.cut || image.size() < end) image.resize(end);
  image.replace(change.at, change.bytes.size(), change.bytes);
}

void UnreliableFiles::Stop(Crash crash) {
  stopped_ = true;
  if (crash == Crash::kKill) return;
  for (auto& [name, file] : files_) {
    for (const Change& change : file.unsynced) {
      if (random_() % 2 == 0) Apply(file.synced, change);
    }
    file.written = file.synced;
    file.unsynced.clear();
  }
}

void UnreliableFiles::Restart() {
  stopped_ = false;
  Mend();
}

}  // namespace parley::test
