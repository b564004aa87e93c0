// kill -9 of the server while files are sent, again and again: nothing half is served, what had its `ok` is
// there, and an upload that broke off goes on.

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/line_peer.h"
#include "tests/support/server_process.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/web_peer.h"
#include "tests/system/seed.h"

namespace parley::test {
namespace {

class KillFiles : public ::testing::Test {
 protected:
  struct Sent {
    std::string id, url, bytes;
    std::int64_t seq = 0;  // 0: no message names it yet
  };

  void Start() {
    server_ = std::make_unique<ServerProcess>(
        std::vector<std::string>{"--data", folder_.path().string(), "--tls", "off", "--rate", "0"});
    ana_ = std::make_unique<LinePeer>(server_->port());
    if (token_.empty()) ana_->Hello("Ana");
    if (!token_.empty()) ana_->HelloWithToken(token_);
    token_ = ana_->token();
    ana_->Join("lab");
  }
  void KillServer() {
    server_->process().Signal(SIGKILL);
    server_->process().WaitForExit();
  }
  void Announce(std::string bytes) {
    const Json upload =
        ana_->Ask("upload", {{"room", "lab"}, {"name", "f"}, {"size", bytes.size()}, {"media_type", ""}});
    ASSERT_EQ(Outcome(upload), "upload") << upload;
    sent_.push_back({upload["file"].Text(), upload["url"].Text(), std::move(bytes)});
  }
  // Brings its bytes from `offset` on, or only `count` of them. What the server then is takes that as it is.
  WebPeer Put(const Sent& file, std::size_t offset, std::size_t count) {
    WebPeer web(server_->port());
    const std::size_t left = file.bytes.size() - offset;
    web.Send("PUT " + file.url + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(left) +
             "\r\nContent-Range: bytes " + std::to_string(offset) + '-' +
             std::to_string(file.bytes.size() - 1) + '/' + std::to_string(file.bytes.size()) + "\r\n\r\n" +
             file.bytes.substr(offset, std::min(count, left)));
    return web;
  }
  std::size_t OffsetOf(const Sent& file) {
    WebPeer web(server_->port());
    web.Send("HEAD " + file.url + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const WebPeer::Answer head = web.NextAnswer(true);
    EXPECT_EQ(head.status, 200);
    return std::stoul(head.Field("Upload-Offset"));
  }
  Json AskToName(const Sent& file) {
    return ana_->Ask("message", {{"room", "lab"}, {"file", file.id}, {"id", "m-" + file.id}});
  }
  void Name(Sent& file) {
    const Json ok = AskToName(file);
    ASSERT_EQ(Outcome(ok), "ok") << ok;
    file.seq = ok["seq"].Number();
  }
  // As a client does it that comes back.
  void Finish(Sent& file) {
    if (file.seq != 0) return;
    const Json named = AskToName(file);
    if (Outcome(named) == "ok") {
      file.seq = named["seq"].Number();
      return;
    }
    ASSERT_EQ(Outcome(named), "no_such_file") << "nothing half is served";
    const std::size_t there = OffsetOf(file);
    if (there < file.bytes.size()) {
      EXPECT_EQ(Put(file, there, file.bytes.size()).NextAnswer().status, 201);
    }
    Name(file);
  }
  void CheckAll() {
    const Json history = ana_->Ask("history", {{"room", "lab"}, {"limit", 200}});
    ASSERT_EQ(history["messages"].size(), sent_.size()) << "each once";
    for (const Sent& file : sent_) {
      const Json download = ana_->Ask("download", {{"room", "lab"}, {"seq", file.seq}});
      ASSERT_EQ(Outcome(download), "download");
      EXPECT_TRUE(WebPeer(server_->port()).Get(download["url"].Text(), "localhost").body == file.bytes);
    }
  }

  TemporaryFolder folder_;
  std::unique_ptr<ServerProcess> server_;
  std::unique_ptr<LinePeer> ana_;
  std::string token_;
  std::deque<Sent> sent_;
};

TEST_F(KillFiles, NothingHalfIsServedAndWhatWasAcknowledgedIsThere) {
  constexpr int kRounds = 9;
  std::mt19937 random(Seed());
  Start();
  for (int round = 0; round < kRounds && !HasFatalFailure(); ++round) {
    std::string bytes(100'000 + random() % 2'000'000, static_cast<char>('a' + round));
    for (std::size_t i = 0; i < bytes.size(); i += 1000) bytes[i] = static_cast<char>('A' + random() % 26);
    Announce(std::move(bytes));
    Sent& file = sent_.back();
    const bool whole = round % 3 != 0;
    WebPeer web = Put(file, 0, whole ? file.bytes.size() : random() % file.bytes.size());
    if (whole) {
      ASSERT_EQ(web.NextAnswer().status, 201);
      if (round % 3 == 1) Name(file);
      if (round % 3 == 2) ana_->Send("message", {{"room", "lab"}, {"file", file.id}, {"id", "m-" + file.id}});
    } else {
      EXPECT_EQ(Outcome(ana_->Ask("download", {{"room", "lab"}, {"seq", sent_.size()}})), "no_such_file");
    }
    KillServer();
    Start();
    Finish(file);
  }
  CheckAll();
}

}  // namespace
}  // namespace parley::test
