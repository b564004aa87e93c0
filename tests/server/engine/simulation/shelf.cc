#include "tests/server/engine/simulation/shelf.h"

#include <algorithm>
#include <utility>

#include "tests/server/engine/simulation/require.h"

namespace parley::simulation {

class Shelf::Store : public FileStore {
 public:
  explicit Store(Shelf& shelf) : shelf_(shelf) {}

  FileError Make(const FileRecord& record) override {
    Require(shelf_.files_.emplace(record.id, File{record, {}}).second, "each file has an id of its own");
    Require(record.size <= kBounds.file_bytes, "no file is larger than --file-size", record.name);
    Require(shelf_.total() <= kBounds.total_bytes, "all files together keep to --files-total", record.name);
    return FileError::kNone;
  }

  Written Write(const std::string& id, std::uint64_t offset, std::string_view bytes) override {
    const auto found = shelf_.files_.find(id);
    if (found == shelf_.files_.end()) return {.error = FileError::kGone};
    File& file = found->second;
    Require(!file.complete(), "a file that is complete never changes", id);
    if (offset != file.bytes.size()) return {.error = FileError::kWrongOffset, .there = file.bytes.size()};
    const bool full = std::exchange(shelf_.full_, false);
    file.bytes += full ? bytes.substr(0, bytes.size() / 2) : bytes;
    Require(file.bytes.size() <= file.record.size, "no more is written than was announced", id);
    if (full) return {.error = FileError::kNoSpace, .there = file.bytes.size()};
    if (file.bytes.size() == file.record.size) file.record.sha256 = std::string(64, 'a');
    return {.there = file.bytes.size(), .sha256 = file.record.sha256};
  }

  Opened Open(const std::string& id) override {
    const auto found = shelf_.files_.find(id);
    if (found == shelf_.files_.end()) return {.error = FileError::kGone};
    Require(found->second.complete(), "nothing partial is served", id);
    return {.record = found->second.record};
  }

  Piece Read(const std::string& id, std::uint64_t offset, std::size_t count) override {
    const auto found = shelf_.files_.find(id);
    if (found == shelf_.files_.end()) return {.error = FileError::kGone};
    Require(found->second.complete(), "nothing partial is served", id);
    return {.bytes = found->second.bytes.substr(offset, count)};
  }

  void Remove(const std::string& id) override { shelf_.files_.erase(id); }

 private:
  Shelf& shelf_;
};

std::unique_ptr<Files> Shelf::Open(const std::set<std::string>& named, const Now& now) {
  auto files = std::make_unique<Files>(kBounds, "secret",
                                       std::make_unique<FileWork>(std::make_unique<Store>(*this), nullptr));
  for (const auto& [id, file] : files_) {
    if (named.contains(id)) {
      files->uploads().RestoreKept(id, file.record.owner, file.record.size);
    } else {
      files->uploads().Restore(file.record, file.bytes.size(), now);
    }
  }
  return files;
}

void Shelf::Named(const LogEntry& entry) {
  const protocol::File& named = *entry.message.file;
  Require(named_.insert(named.id).second, "a file is named once", entry.message.text);
  const auto found = files_.find(named.id);
  Require(found != files_.end() && found->second.complete(), "a message names a whole file", named.id);
  const FileRecord& record = found->second.record;
  Require(record.owner == entry.author_key, "a file is named by its uploader", entry.message.text);
  Require(record.room == entry.room_key, "a file is named in its room", entry.message.text);
  Require(record.size == named.size && record.name == named.name, "a file is what was announced", named.id);
}

void Shelf::Served(std::string_view answer, const std::string& id) {
  if (answer.starts_with("HTTP/1.1 404 ")) return;  // its message is gone, or the URL has expired
  Require(answer.starts_with("HTTP/1.1 200 "), "a file is served, or is not there", std::string(answer));
  const auto end = answer.find("\r\n\r\n");
  Require(end != std::string_view::npos, "an answer has a head", std::string(answer));
  const std::string_view body = answer.substr(end + 4);
  Require(!body.empty() && body == Bytes(id, body.size()), "a file is served as it was brought", id);
  Require(answer.find("Content-Length: " + std::to_string(body.size()) + "\r\n") != std::string_view::npos,
          "a file is served whole", id);
}

void Shelf::CheckKept(const std::set<std::string>& named) const {
  for (const std::string& id : named) {
    const auto found = files_.find(id);
    Require(found != files_.end() && found->second.complete(), "the file of a message is there", id);
  }
}

void Shelf::CheckNothingLeft(const std::set<std::string>& named) const {
  for (const auto& [id, file] : files_) {
    Require(named.contains(id), "what no message names is gone after an hour", file.record.name);
  }
}

std::string Shelf::Bytes(std::string_view id, std::size_t size) {
  std::string bytes;
  while (bytes.size() < size) bytes += id;
  bytes.resize(size);
  return bytes;
}

std::uint64_t Shelf::total() const {
  std::uint64_t total = 0;
  for (const auto& [id, file] : files_) total += file.record.size;
  return total;
}

}  // namespace parley::simulation
