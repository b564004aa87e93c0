#include "client/link/transfer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "common/base/sha256.h"
#include "common/net/listener.h"

namespace parley::client {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string SumOf(const std::string& bytes) {
  Sha256 sum;
  sum.Add(bytes);
  return sum.Finish();
}

// A transfer with a server that the test itself plays.
class TransferTest : public ::testing::Test {
 protected:
  TransferTest() {
    fs::create_directory(folder_);
    std::error_code error;
    listener_ = Listener::Open({"127.0.0.1", 0}, error);
  }
  ~TransferTest() override { fs::remove_all(folder_); }

  void Upload() {
    std::ofstream(file_, std::ios::binary) << bytes_;
    Start({.upload = true, .url = "/files/u", .path = file_, .size = bytes_.size()});
  }
  void Download() {
    Start(
        {.upload = false, .url = "/files/d", .path = file_, .size = bytes_.size(), .sha256 = SumOf(bytes_)});
  }
  void Start(TransferOrder order) {
    transfer_.emplace(
        selector_, listener_->local(), [] { return 0.0; }, nullptr, std::move(order));
  }

  // A turn of the loop. The pauses between two connections pass faster than they are.
  void Turn() {
    for (const Selector::Ready& ready : selector_.Wait(std::chrono::milliseconds(1))) {
      transfer_->OnReady(ready, now_);
    }
    if (connecting_) now_ += std::chrono::milliseconds(50);
    transfer_->Turn(now_);
  }
  // The transfer's next connection.
  void Accept() {
    server_.reset();
    connecting_ = true;
    while (!server_) {
      Turn();
      server_ = listener_->Accept().stream;
    }
    connecting_ = false;
    received_.clear();
  }
  // What the transfer sends, up to and with `part`.
  std::string ReceiveTo(const std::string& part) {
    while (received_.find(part) == std::string::npos) {
      Turn();
      std::array<char, 4096> piece;
      const IoResult result = server_->Read(piece);
      if (result.status == IoStatus::kOk) received_.append(piece.data(), result.bytes);
    }
    const std::size_t end = received_.find(part) + part.size();
    std::string taken = received_.substr(0, end);
    received_.erase(0, end);
    return taken;
  }
  std::string ReceiveHead() { return ReceiveTo("\r\n\r\n"); }
  std::string ReceiveBytes(std::size_t count) {
    while (received_.size() < count) {
      Turn();
      std::array<char, 4096> piece;
      const IoResult result = server_->Read(piece);
      if (result.status == IoStatus::kOk) received_.append(piece.data(), result.bytes);
    }
    return received_.substr(0, count);
  }
  void Say(std::string_view text) {
    const std::array views = {text};
    ASSERT_EQ(server_->Write(views).bytes, text.size());
  }
  void WaitForEnd() {
    while (!transfer_->ended()) Turn();
  }
  std::string ErrorAtEnd() {
    WaitForEnd();
    return transfer_->error().value_or("");
  }
  static std::string Contents(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  const fs::path folder_ = testing::TempDir() + "parley-transfer-" + std::to_string(::getpid());
  const std::string file_ = folder_ / "photo.jpg";
  const std::string bytes_ = "0123456789abcdef";
  Selector selector_;
  MonotonicTime now_{std::chrono::seconds(1000)};
  bool connecting_ = false;
  std::optional<Listener> listener_;
  std::optional<Stream> server_;
  std::string received_;
  std::optional<Transfer> transfer_;
};

TEST_F(TransferTest, AFileIsSentAsOneBody) {
  Upload();
  Accept();
  const std::string head = ReceiveHead();
  EXPECT_THAT(head, StartsWith("PUT /files/u HTTP/1.1\r\nHost: 127.0.0.1:"));
  EXPECT_THAT(head, HasSubstr("\r\nContent-Length: 16\r\n"));
  EXPECT_EQ(ReceiveBytes(16), bytes_);
  Say("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(ErrorAtEnd(), "");
  EXPECT_EQ(transfer_->done(), 16U);
}

TEST_F(TransferTest, AnUploadThatBrokeOffGoesOnWhereItWas) {
  Upload();
  Accept();
  ReceiveBytes(1);
  Accept();  // the first connection is closed
  EXPECT_THAT(ReceiveHead(), StartsWith("HEAD /files/u HTTP/1.1\r\n"));
  Say("HTTP/1.1 200 OK\r\nupload-offset: 10\r\nContent-Length: 0\r\n\r\n");
  const std::string head = ReceiveHead();
  EXPECT_THAT(head, HasSubstr("\r\nContent-Length: 6\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nContent-Range: bytes 10-15/16\r\n"));
  EXPECT_EQ(ReceiveBytes(6), "abcdef");
  Say("HTTP/1.1 201 Created\r\n\r\n");
  EXPECT_EQ(ErrorAtEnd(), "");
}

TEST_F(TransferTest, AnUploadWhoseLastAnswerWasLostIsDone) {
  Upload();
  Accept();
  ReceiveBytes(1);
  Accept();
  ReceiveHead();
  Say("HTTP/1.1 200 OK\r\nUpload-Offset: 16\r\n\r\n");
  EXPECT_EQ(ErrorAtEnd(), "");
}

TEST_F(TransferTest, ARefusalIsExplained) {
  for (const auto& [status, why] : {std::pair{"413", "too large"}, std::pair{"507", "no space"},
                                    std::pair{"404", "no longer waits"}, std::pair{"418", "HTTP 418"}}) {
    Upload();
    Accept();
    ReceiveHead();
    Say("HTTP/1.1 " + std::string(status) + " No\r\nContent-Length: 3\r\n\r\nno\n");
    EXPECT_THAT(ErrorAtEnd(), HasSubstr(why));
  }
}

TEST_F(TransferTest, ADownloadIsThereOnceAllOfItIs) {
  Download();
  Accept();
  EXPECT_THAT(ReceiveHead(), StartsWith("GET /files/d HTTP/1.1\r\n"));
  Say("HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n0123456789");
  while (transfer_->done() < 10) Turn();
  EXPECT_FALSE(fs::exists(file_));
  Say("abcdef");
  EXPECT_EQ(ErrorAtEnd(), "");
  EXPECT_EQ(Contents(file_), bytes_);
  EXPECT_FALSE(fs::exists(file_ + ".part"));
}

TEST_F(TransferTest, ADownloadThatBrokeOffGoesOnWhereItWas) {
  Download();
  Accept();
  ReceiveHead();
  Say("HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n0123456789");
  while (transfer_->done() < 10) Turn();
  Accept();
  EXPECT_THAT(ReceiveHead(), HasSubstr("\r\nRange: bytes=10-\r\n"));
  Say("HTTP/1.1 206 Partial Content\r\nContent-Length: 6\r\nContent-Range: bytes 10-15/16\r\n\r\nabcdef");
  EXPECT_EQ(ErrorAtEnd(), "");
  EXPECT_EQ(Contents(file_), bytes_);
}

TEST_F(TransferTest, AServerWithoutRangesReplacesAPartialDownload) {
  std::ofstream(file_ + ".part") << "0123";
  Download();
  Accept();
  EXPECT_THAT(ReceiveHead(), HasSubstr("\r\nRange: bytes=4-\r\n"));
  Say("HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n" + bytes_);  // a server without ranges
  EXPECT_EQ(ErrorAtEnd(), "");
  EXPECT_EQ(Contents(file_), bytes_);
}

TEST_F(TransferTest, ADownloadWithAnotherChecksumIsDiscarded) {
  Download();
  Accept();
  ReceiveHead();
  Say("HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n0123456789ABCDEF");
  EXPECT_THAT(ErrorAtEnd(), HasSubstr("checksum mismatch"));
  EXPECT_FALSE(fs::exists(file_));
  EXPECT_FALSE(fs::exists(file_ + ".part"));
}

TEST_F(TransferTest, NothingIsOverwritten) {
  std::ofstream(file_) << "mine";
  Download();
  EXPECT_THAT(ErrorAtEnd(), HasSubstr("there already"));
  EXPECT_EQ(Contents(file_), "mine");
}

TEST_F(TransferTest, AServerThatNeverAnswersIsGivenUp) {
  Download();
  for (int i = 0; i < 7; ++i) {
    Accept();
    ReceiveHead();
  }
  connecting_ = true;  // time passes
  server_.reset();
  EXPECT_NE(ErrorAtEnd(), "");
}

TEST(HttpAnswerHeadTest, NeedsAWholeHead) {
  const std::string whole = "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 7-9/10\r\nX:\r\n\r\nrest";
  for (std::size_t size = 0; size < whole.size() - 4; ++size) {
    bool wrong = false;
    EXPECT_FALSE(ParseHttpAnswerHead(std::string_view(whole).substr(0, size), wrong)) << size;
    EXPECT_FALSE(wrong) << size;
  }
  bool wrong = false;
  const auto head = ParseHttpAnswerHead(whole, wrong);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->status, 206);
  EXPECT_EQ(head->range_start, 7U);
  EXPECT_EQ(head->consumed, whole.size() - 4);
}

TEST(HttpAnswerHeadTest, AnythingElseIsWrong) {
  for (const std::string& text :
       {std::string("SSH-2.0"), std::string("HTTP/2 200\r\n\r\n"),
        "HTTP/1.1 200 OK\r\n" + std::string(20'000, 'x'), std::string("HTTP/1.1 no\r\n\r\n")}) {
    bool wrong = false;
    EXPECT_FALSE(ParseHttpAnswerHead(text, wrong)) << text.substr(0, 20);
    EXPECT_TRUE(wrong) << text.substr(0, 20);
  }
}

}  // namespace
}  // namespace parley::client
