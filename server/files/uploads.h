// Uploads knows the files that no message names yet, and how much space all files take. It does no I/O and
// reads no clock. One thread.
//
// An upload counts with its whole size from its announcement on. It ends in one of two ways: a message that
// is stored names it (Claim, then Keep), or it expires.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "common/base/clock.h"
#include "common/base/limits.h"
#include "common/protocol/event.h"
#include "server/files/file_store.h"

namespace parley {

struct FileBounds {
  std::uint64_t file_bytes = limits::kFileBytes;         // of one file
  std::uint64_t total_bytes = limits::kFilesTotalBytes;  // of all files and uploads
};

// What a person announces.
struct AnnouncedFile {
  std::string room;   // key
  std::string owner;  // key of the identity
  std::string address;
  std::string name;
  std::uint64_t size = 0;
  std::string media_type;
};

// The files of one guest. The key is that of their identity.
struct FilesOfGuest {
  std::uint64_t bytes = 0;
  std::size_t files = 0;
};
using Guest = std::pair<const std::string, FilesOfGuest>;

struct KnownUpload {
  FileRecord record;
  std::string address;
  MonotonicTime until;
  std::uint64_t offset = 0;  // bytes that the store has, or is about to write
  bool claimed = false;      // a message names it, and is on its way to the log
  Guest* guest = nullptr;    // who brought it; null: a person with an account

  [[nodiscard]] bool complete() const { return !record.sha256.empty(); }
};

class Uploads {
 public:
  explicit Uploads(FileBounds bounds) : bounds_(bounds) {}

  // What a folder had when the server started: uploads, and the files that messages name.
  void Restore(FileRecord record, std::uint64_t offset, const Now& now);
  void RestoreKept(const std::string& id, const std::string& owner, std::uint64_t size);

  // Reserves the space, or says why there is none: file_too_large, no_space.
  std::variant<protocol::Error, FileRecord> Announce(AnnouncedFile file, const Now& now);

  // Null if there is none, or if it has expired. Good until the next call that is not const.
  KnownUpload* Find(const std::string& id, const Now& now);
  // The store has finished a write, with this result.
  void Wrote(const std::string& id, const FileStore::Written& written);
  // The upload is over: its space is free.
  void Drop(const std::string& id);

  // The file for a message of `owner` in `room`. Null unless it is complete, theirs, for that room, and
  // named by no other message. The caller says Keep or Release once the log has answered.
  protocol::FileRef Claim(const std::string& id, std::string_view room, std::string_view owner,
                          const Now& now);
  void Keep(const std::string& id);
  void Release(const std::string& id);

  // The message that named the file is gone. False where the file is not known.
  bool DropKept(const std::string& id);

  // The uploads that are over now, which are dropped.
  std::vector<std::string> TakeExpired(const Now& now);
  [[nodiscard]] std::optional<MonotonicTime> NextDeadline() const;

  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  [[nodiscard]] std::size_t count() const { return uploads_.size() + kept_.size(); }

 private:
  [[nodiscard]] std::optional<protocol::Error> WhyNot(const AnnouncedFile& file) const;
  void Add(KnownUpload upload);
  void Remove(std::unordered_map<std::string, KnownUpload>::iterator upload);
  // The size of a file, and the guest who uploaded it; null if a person with an account did.
  struct Taken {
    std::uint64_t size = 0;
    Guest* guest = nullptr;
  };
  Guest* Take(const std::string& owner, std::uint64_t size);
  void Free(const Taken& taken);
  [[nodiscard]] std::uint64_t LeftForGuest(const std::string& owner) const;

  FileBounds bounds_;
  std::unordered_map<std::string, KnownUpload> uploads_;
  std::set<std::pair<MonotonicTime, std::string>> deadlines_;  // each upload's
  std::unordered_map<std::string, std::size_t> per_owner_;
  std::unordered_map<std::string, std::size_t> per_address_;
  std::unordered_map<std::string, Taken> kept_;  // the files that messages name
  std::unordered_map<std::string, FilesOfGuest> guests_;
  std::uint64_t bytes_ = 0;
  std::uint64_t guest_bytes_ = 0;  // of these
};

}  // namespace parley
