// StaticFiles holds the page in memory: the files of a folder, each with its compressed forms.
//
// A path is found or not: no request can name anything outside the map. Loading reads and compresses (some
// 100 ms for a page), and may run on any thread. After it is handed over, the result belongs to the loop's
// thread, as blobs do. Readers of an older map keep their bodies, because blobs are counted.

#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/buffer/blob.h"

namespace parley {

// One form of a file as it goes over the wire.
struct Representation {
  BlobRef body;
  std::string
      etag;  // strong, with its quotes; differs from that of the other forms (RFC 9110, section 8.8.3.3)
};

struct StaticFile {
  std::string_view content_type;  // lives as long as the program
  bool immutable = false;         // is in /assets/: its name changes with its content
  Representation identity;
  // No body if that form does not exist or is not smaller.
  Representation gzip;
  Representation brotli;
};

class StaticFiles {
 public:
  // No files.
  StaticFiles() = default;

  // Everything under `folder` that may be served. Dot files are left out. So are links that lead to a dot
  // file, outside the folder, or to a folder. `x.gz` and `x.br` beside a file `x` are its compressed forms.
  // Missing ones are made if they save enough. Nothing if the folder cannot be read or has more than
  // limits::kStaticBytes; then `error` tells the operator why.
  static std::optional<StaticFiles> Load(const std::filesystem::path& folder, std::string& error);

  // The file at this path ("/assets/app.js"), or null. It lives as long as this object.
  [[nodiscard]] const StaticFile* Find(std::string_view path) const;
  // The form of "/index.html" for "/room/<name>", one level down: "./" at the beginning of its addresses
  // becomes "../". So the page does not need to know the prefix that a proxy strips from the path. Null as
  // with Find.
  [[nodiscard]] const StaticFile* room_page() const { return room_page_ ? &*room_page_ : nullptr; }
  [[nodiscard]] std::size_t size() const { return files_.size(); }
  // Of all forms of all files together.
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  std::map<std::string, StaticFile, std::less<>> files_;
  std::optional<StaticFile> room_page_;
  std::size_t bytes_ = 0;
};

}  // namespace parley
