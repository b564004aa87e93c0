// Files of a real server as its tests handle them: brought by PUT, named by a message, fetched by GET.

#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/line_peer.h"
#include "tests/support/server_process.h"
#include "tests/support/small_quarantine.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/web_peer.h"

namespace parley::test {

inline std::string Put(std::string_view url, std::string_view bytes, std::string_view fields = "") {
  return std::string("PUT ")
      .append(url)
      .append(" HTTP/1.1\r\nHost: localhost\r\nContent-Length: ")
      .append(std::to_string(bytes.size()))
      .append("\r\n")
      .append(fields)
      .append("\r\n")
      .append(bytes);
}

class FilesOnDisk : public testing::Test {
 protected:
  void Start(const std::vector<std::string>& more = {}) {
    std::vector<std::string> options{"--data", folder_.path().string()};
    options.insert(options.end(), more.begin(), more.end());
    server_ = std::make_unique<ServerProcess>(options, SmallQuarantine());
  }
  void Restart(const std::vector<std::string>& more = {}) {
    EXPECT_EQ(server_->Stop(), 0);
    Start(more);
  }
  WebPeer Plain() { return WebPeer(server_->port()); }

  static Json Upload(LinePeer& peer, std::size_t size, std::string_view name = "notes.txt",
                     std::string_view type = "text/plain") {
    return peer.Ask("upload", {{"room", "lab"}, {"name", name}, {"size", size}, {"media_type", type}});
  }
  static Json Name(LinePeer& peer, const Json& upload, std::string_view text = "") {
    return peer.Ask("message", {{"room", "lab"}, {"text", text}, {"file", upload["file"]}});
  }
  // Uploads, and names it in a message; the reply to that.
  Json Share(LinePeer& peer, std::string_view bytes, std::string_view name = "notes.txt",
             std::string_view type = "text/plain") {
    const Json upload = Upload(peer, bytes.size(), name, type);
    WebPeer web = Plain();
    web.Send(Put(upload["url"].Text(), bytes));
    EXPECT_EQ(web.NextAnswer().status, 201);
    return Name(peer, upload);
  }
  static std::string UrlOf(LinePeer& peer, const Json& seq) {
    const Json download = peer.Ask("download", {{"room", "lab"}, {"seq", seq.Number()}});
    EXPECT_EQ(download["type"], "download") << download;
    return download["url"].Text();
  }
  WebPeer::Answer Get(const std::string& url, std::string_view fields = "") {
    return Plain().Get(url, "localhost", fields);
  }
  std::size_t FilesInFolder() const {
    const auto folder = std::filesystem::directory_iterator(folder_.path() / "files");
    return static_cast<std::size_t>(std::count_if(begin(folder), end(folder), [](const auto& entry) {
      return entry.path().filename().string().size() >= 32;
    }));
  }

  TemporaryFolder folder_;
  std::unique_ptr<ServerProcess> server_;
};

}  // namespace parley::test
