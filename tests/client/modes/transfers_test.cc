#include "client/modes/transfers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "common/base/sha256.h"
#include "common/net/listener.h"

namespace parley::client {
namespace {

namespace fs = std::filesystem;
using ::testing::SizeIs;

constexpr std::string_view kBytes = "0123456789abcdefghij";

// Downloads from a server that the test plays.
class TransfersTest : public ::testing::Test {
 protected:
  TransfersTest() {
    fs::create_directory(folder_);
    std::error_code error;
    listener_ = Listener::Open({"127.0.0.1", 0}, error);
    transfers_.emplace(listener_->local(), Connecting{.random = [] { return 0.0; }});
    transfers_->UseSelector(selector_);
  }
  ~TransfersTest() override { fs::remove_all(folder_); }

  void Start(const std::string& name) {
    Sha256 sum;
    sum.Add(kBytes);
    transfers_->Start({.upload = false,
                       .url = "/files/d",
                       .path = folder_ / std::to_string(++started_),
                       .name = name,
                       .size = kBytes.size(),
                       .sha256 = sum.Finish()});
  }
  std::vector<Transfers::Ended> Turn() {
    for (const Selector::Ready& ready : selector_.Wait(std::chrono::milliseconds(1))) {
      transfers_->OnReady(ready, now_);
    }
    now_ += std::chrono::milliseconds(1);
    return transfers_->Turn(now_);
  }
  // The next connection, whose request is read.
  Stream Accept() {
    std::optional<Stream> stream;
    while (!stream) {
      Turn();
      stream = listener_->Accept().stream;
    }
    std::string head;
    while (head.find("\r\n\r\n") == std::string::npos) {
      Turn();
      std::array<char, 4096> piece{};
      const IoResult result = stream->Read(piece);
      if (result.status == IoStatus::kOk) head.append(piece.data(), result.bytes);
    }
    return std::move(*stream);
  }
  static void Say(Stream& to, std::string_view text) {
    const std::array views = {text};
    ASSERT_EQ(to.Write(views).bytes, text.size());
  }
  // Turns until the line is that one. A line that never comes fails by the test's time limit.
  void WaitForBar(const std::string& bar, std::size_t waiting = 0) {
    while (transfers_->Bar(waiting) != bar) ASSERT_THAT(Turn(), SizeIs(0));
  }

  const fs::path folder_ = testing::TempDir() + "parley-transfers-" + std::to_string(::getpid());
  int started_ = 0;
  Selector selector_;
  MonotonicTime now_{std::chrono::seconds(1000)};
  std::optional<Listener> listener_;
  std::optional<Transfers> transfers_;
};

constexpr std::string_view kFileHead = "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n";

TEST_F(TransfersTest, TheBarGrowsWithWhatCameAndGoesAtTheEnd) {
  EXPECT_EQ(transfers_->Bar(), "");
  Start("photo.jpg");
  EXPECT_EQ(transfers_->Bar(), "[....................] 0 % photo.jpg");
  Stream server = Accept();
  Say(server, kFileHead);
  Say(server, kBytes.substr(0, 5));
  WaitForBar("[#####...............] 25 % photo.jpg");
  Say(server, kBytes.substr(5, 14));
  WaitForBar("[###################.] 95 % photo.jpg");
  Say(server, kBytes.substr(19));
  std::vector<Transfers::Ended> ended;
  while (ended.empty()) ended = Turn();
  EXPECT_EQ(ended[0].order.name, "photo.jpg");
  EXPECT_EQ(ended[0].error, std::nullopt);
  EXPECT_EQ(transfers_->Bar(), "");
  EXPECT_TRUE(transfers_->empty());
}

TEST_F(TransfersTest, TheBarIsOfAllFilesAndCountsThoseThatWait) {
  Start("a\033[2J.txt");
  Start("b.txt");
  EXPECT_EQ(transfers_->Bar(), "[....................] 0 % a^[[2J.txt and 1 more");
  Stream server = Accept();
  Say(server, kFileHead);
  Say(server, kBytes.substr(0, 10));
  WaitForBar("[#####...............] 25 % a^[[2J.txt and 4 more", 3);
}

}  // namespace
}  // namespace parley::client
