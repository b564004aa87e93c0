#include "server/http/static_files.h"

#include <fstream>
#include <functional>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "common/base/limits.h"
#include "server/http/content_coding.h"
#include "server/http/content_type.h"

namespace parley {
namespace {

namespace fs = std::filesystem;

// What is smaller fits into the first packet with its head, compressed or not.
constexpr std::size_t kLeastToCompress = 1'024;

std::string Quoted(const fs::path& path) {
  return "'" + path.string() + "'";
}

std::runtime_error CannotRead(const fs::path& path, const std::error_code& why) {
  return std::runtime_error("can't read " + Quoted(path) + ": " + why.message());
}

bool HasDotName(const fs::path& relative) {
  for (const fs::path& part : relative) {
    if (part.native().starts_with('.')) return true;
  }
  return false;
}

// Whether a link leads to something that stands under `root` (canonical) and would be served there too.
bool StaysInside(const fs::path& link, const fs::path& root) {
  std::error_code error;
  const fs::path target = fs::canonical(link, error);
  return !error && !HasDotName(target.lexically_relative(root));  // "../x" begins with a dot as well
}

using Contents = std::map<std::string, std::string, std::less<>>;  // by path, "/assets/app.js"

class Reader {
 public:
  explicit Reader(const fs::path& folder) : folder_(folder) {
    std::error_code error;
    root_ = fs::canonical(folder, error);
    if (error) throw CannotRead(folder, error);
  }

  Contents Read() {
    std::error_code error;
    fs::recursive_directory_iterator entry(root_, error);
    for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
      if (HasDotName(entry->path().filename())) {
        entry.disable_recursion_pending();
      } else if (IsServed(*entry)) {
        ReadFile(entry->path());
      }
    }
    if (error) throw CannotRead(folder_, error);
    return std::move(contents_);
  }

 private:
  [[nodiscard]] bool IsServed(const fs::directory_entry& entry) const {
    std::error_code error;
    return entry.is_regular_file(error) && (!entry.is_symlink(error) || StaysInside(entry.path(), root_));
  }

  void ReadFile(const fs::path& path) {
    std::error_code error;
    total_ += fs::file_size(path, error);
    if (error) throw CannotRead(path, error);
    if (total_ > limits::kStaticBytes) {
      throw std::runtime_error(Quoted(folder_) + " is too large to be a page: more than " +
                               std::to_string(limits::kStaticBytes / (1024 * 1024)) + " MiB");
    }
    std::ifstream file(path, std::ios::binary);
    std::ostringstream bytes;
    bytes << file.rdbuf();
    if (!file || bytes.bad()) throw CannotRead(path, std::make_error_code(std::errc::io_error));
    contents_.emplace('/' + path.lexically_relative(root_).generic_string(), std::move(bytes).str());
  }

  fs::path folder_;
  fs::path root_;
  std::uintmax_t total_ = 0;
  Contents contents_;
};

// Tells one content from another within one file's history: 64 bits and the size are plenty where nobody
// gains by a collision. It may change with the standard library: then it is fetched once more.
std::string Tag(std::string_view content, std::string_view coding) {
  std::ostringstream tag;
  tag << '"' << std::hex << std::hash<std::string_view>()(content) << '-' << content.size() << coding << '"';
  return tag.str();
}

// A compressed form: the one that came with the file, or else one made here where `make` is given.
Representation Compressed(const Contents& contents, const std::string& path, std::string_view ending,
                          std::string (*make)(std::string_view)) {
  const std::string& plain = contents.find(path)->second;
  const auto beside = contents.find(path + std::string(ending));
  std::optional<std::string> made;
  if (beside == contents.end() && make != nullptr) made = make(plain);
  if (beside == contents.end() && !made) return {};
  const std::string& bytes = made ? *made : beside->second;
  if (bytes.size() >= plain.size()) return {};
  // The form's own bytes may change while the content does not, when another compressor made them.
  return {BlobRef::Copy(bytes), Tag(bytes, ending)};
}

StaticFile Hold(const Contents& contents, const std::string& path) {
  const std::string& plain = contents.find(path)->second;
  const ContentType type = ContentTypeOf(path);
  const bool pays = type.compressible && plain.size() >= kLeastToCompress;
  return {.content_type = type.name,
          .immutable = path.starts_with("/assets/"),
          .identity = {BlobRef::Copy(plain), Tag(plain, "")},
          .gzip = Compressed(contents, path, ".gz", pays ? CompressGzip : nullptr),
          .brotli = Compressed(contents, path, ".br", pays ? CompressBrotli : nullptr)};
}

// Whether this is the compressed form of a file beside it, and no file of its own.
bool IsForm(const Contents& contents, std::string_view path) {
  if (!path.ends_with(".gz") && !path.ends_with(".br")) return false;
  return contents.contains(path.substr(0, path.size() - 3));
}

// The page as it is served one level below the root.
StaticFile OneLevelDown(std::string page) {
  constexpr std::string_view kHere = "=\"./";
  constexpr std::string_view kAbove = "=\"../";
  for (std::size_t at = 0; (at = page.find(kHere, at)) != std::string::npos; at += kAbove.size()) {
    page.replace(at, kHere.size(), kAbove);
  }
  const std::string path = "/index.html";
  return Hold({{path, std::move(page)}}, path);
}

std::size_t SizeOf(const StaticFile& file) {
  return file.identity.body.size() + file.gzip.body.size() + file.brotli.body.size();
}

}  // namespace

std::optional<StaticFiles> StaticFiles::Load(const fs::path& folder, std::string& error) try {
  const Contents contents = Reader(folder).Read();
  StaticFiles loaded;
  if (const auto page = contents.find("/index.html"); page != contents.end()) {
    loaded.room_page_ = OneLevelDown(page->second);
    loaded.bytes_ += SizeOf(*loaded.room_page_);
  }
  for (const auto& [path, content] : contents) {
    if (IsForm(contents, path)) continue;
    const StaticFile& file = loaded.files_.emplace(path, Hold(contents, path)).first->second;
    loaded.bytes_ += SizeOf(file);
  }
  return loaded;
} catch (const std::runtime_error& wrong) {
  error = wrong.what();
  return std::nullopt;
}

const StaticFile* StaticFiles::Find(std::string_view path) const {
  const auto found = files_.find(path);
  return found == files_.end() ? nullptr : &found->second;
}

}  // namespace parley
