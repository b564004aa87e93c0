// DiskFiles is the FileStore of a folder. A file `<id>` is one block with its record as JSON, then its bytes;
// an unfinished one is `<id>.part`. So a file and what is known of it come and go together.
//
// The folder belongs to one data folder, and one server at a time uses it.

#pragma once

#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "server/data/data_folder.h"
#include "server/files/file_store.h"

struct evp_md_ctx_st;

namespace parley {

class DiskFiles : public FileStore {
 public:
  // Where the record ends and the bytes begin.
  static constexpr std::size_t kRecordBytes = 4096;

  // `owner`: a text that only this data folder has; a folder that has the text of another one is refused.
  // `sync`: a finished file survives a power cut. On failure null, and `error` says what is wrong.
  static std::unique_ptr<DiskFiles> Open(const std::filesystem::path& folder, std::string_view owner,
                                         bool sync, std::string& error);
  ~DiskFiles() override;

  struct Found {
    struct Upload {
      FileRecord record;
      std::uint64_t offset = 0;  // bytes that are there
    };
    std::vector<Upload> uploads;  // finished or not: no message names them
    struct Kept {
      std::string id;
      std::string owner;  // empty: the record cannot be read
      std::uint64_t size = 0;
    };
    std::vector<Kept> kept;
  };
  // What is in the folder; `named` are the ids of files that messages name. Unfinished files without a
  // record, which a crash left, are removed.
  Found Scan(const std::set<std::string>& named);

  FileError Make(const FileRecord& record) override;
  Written Write(const std::string& id, std::uint64_t offset, std::string_view bytes) override;
  Opened Open(const std::string& id) override;
  Piece Read(const std::string& id, std::uint64_t offset, std::size_t count) override;
  void Remove(const std::string& id) override;

 private:
  struct FreeContext {
    void operator()(evp_md_ctx_st* context) const;
  };
  // The hash of the first `bytes` bytes of an unfinished file.
  struct Digest {
    std::unique_ptr<evp_md_ctx_st, FreeContext> context;
    std::uint64_t bytes = 0;
  };

  DiskFiles(DataFolder folder, bool sync) : folder_(std::move(folder)), sync_(sync) {}
  [[nodiscard]] std::filesystem::path PathOf(const std::string& id) const { return folder_.path() / id; }
  [[nodiscard]] std::filesystem::path PartOf(const std::string& id) const {
    return folder_.path() / (id + ".part");
  }
  bool Digested(int file, const std::string& id, std::uint64_t bytes, Digest*& digest);
  FileError Finish(int file, const std::string& id, Digest& digest, std::string& sha256);

  DataFolder folder_;
  bool sync_;
  std::unordered_map<std::string, Digest> digests_;  // of uploads that were written to
};

}  // namespace parley
