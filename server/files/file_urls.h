// FileUrls makes the paths of uploads and downloads, and reads them. A path carries a code that only this
// server can make: nobody can guess a path, or make one valid for longer. The paths of a data folder stay
// valid after a restart.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/base/clock.h"

namespace parley {

class FileUrls {
 public:
  static constexpr std::string_view kBegin = "/files/";

  // `secret`: as AuthorKeys has it.
  explicit FileUrls(std::string_view secret);

  [[nodiscard]] std::string Upload(std::string_view id) const;
  [[nodiscard]] std::string Download(std::string_view id, WallTime expires) const;

  struct Target {
    std::string id;
    bool download = false;
  };
  // What a path names. Nothing if the code is wrong, or if a download has expired.
  [[nodiscard]] std::optional<Target> Read(std::string_view path, WallTime now) const;

 private:
  [[nodiscard]] std::string Code(std::string_view text) const;
  [[nodiscard]] std::string Signed(std::string text) const;

  std::string key_;
};

}  // namespace parley
