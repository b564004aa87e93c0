// FileStore keeps the bytes of files. Its calls may block; one thread at a time makes them.
//
// A file is found by its id alone. What a person chose (the name, the media type) is kept in the file's
// record, and never becomes a part of a path.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/clock.h"

namespace parley {

// What is known of a file before its bytes are there.
struct FileRecord {
  std::string id = {};     // 32 hex digits
  std::string room = {};   // key of the room for which it was uploaded
  std::string owner = {};  // key of the uploader's identity
  std::string name = {};
  std::uint64_t size = 0;
  std::string media_type = {};
  WallTime expires = {};    // unless a message names it
  std::string sha256 = {};  // lower-case hex; empty until all bytes are there
};

enum class FileError {
  kNone,
  kNoSpace,      // the disk is full, or another bound of the system is reached
  kGone,         // there is no such file (any more)
  kWrongOffset,  // so many bytes are not there
  kFailed,       // the disk is broken, or something like it
};

class FileStore {
 public:
  FileStore() = default;
  FileStore(const FileStore&) = delete;
  FileStore& operator=(const FileStore&) = delete;
  virtual ~FileStore() = default;

  // Makes an unfinished file without bytes.
  virtual FileError Make(const FileRecord& record) = 0;

  struct Written {
    FileError error = FileError::kNone;
    std::uint64_t there = 0;  // bytes of the file after the call, also after an error
    std::string sha256 = {};  // once all bytes are there: only now can the file be read
  };
  // Appends to an unfinished file that has `offset` bytes. After kNoSpace a part may have been written.
  virtual Written Write(const std::string& id, std::uint64_t offset, std::string_view bytes) = 0;

  struct Opened {
    FileError error = FileError::kNone;
    FileRecord record = {};
  };
  // Of a finished file.
  virtual Opened Open(const std::string& id) = 0;

  struct Piece {
    FileError error = FileError::kNone;
    std::string bytes = {};
  };
  // Of a finished file: `count` bytes, which must be there.
  virtual Piece Read(const std::string& id, std::uint64_t offset, std::size_t count) = 0;

  // Removes a file, finished or not.
  virtual void Remove(const std::string& id) = 0;
};

}  // namespace parley
