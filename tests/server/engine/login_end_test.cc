// A peer that goes while its login is checked: that may take its time, and must be seen meanwhile.

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/base/limits.h"
#include "server/engine/exchange.h"
#include "server/store/memory_log.h"
#include "tests/support/fake_accounts.h"

namespace parley::test {
namespace {

// Never answers.
class SlowAccounts : public FakeAccounts {
 public:
  SlowAccounts(std::vector<std::uint64_t>& finished, std::vector<std::uint64_t>& forgotten)
      : finished_(finished), forgotten_(forgotten) {
    Hold();
  }
  void Finished(std::uint64_t ticket) override { finished_.push_back(ticket); }
  void Forget(std::uint64_t ticket) override {
    forgotten_.push_back(ticket);
    FakeAccounts::Forget(ticket);
  }

 private:
  std::vector<std::uint64_t>& finished_;
  std::vector<std::uint64_t>& forgotten_;
};

class LoginEndTest : public testing::Test {
 protected:
  LoginEndTest() {
    // The second request waits for the first one's answer.
    const std::string hello = R"({"type":"hello","protocol":1,"user":"ana","password":"guess"})";
    exchange_.Receive(peer_, hello + "\n" + hello + "\n", now_);
    exchange_.Commit(now_);
  }

  Now now_{MonotonicTime(std::chrono::hours(1)), WallTime(std::chrono::hours(500'000))};
  std::vector<std::uint64_t> finished_, forgotten_;
  Exchange exchange_{{.hub = {.ice_servers = {}}},
                     std::make_unique<MemoryLog>(10),
                     std::make_unique<SlowAccounts>(finished_, forgotten_)};
  PeerIndex peer_ = exchange_.Open({.address = "192.0.2.1"}, now_);
};

TEST_F(LoginEndTest, ThePeerIsReadOnAndItsEndIsTold) {
  EXPECT_TRUE(exchange_.WantsRead(peer_));
  exchange_.End(peer_, now_);
  EXPECT_EQ(finished_, std::vector<std::uint64_t>{1});
}

TEST_F(LoginEndTest, BytesDuringTheLoginAreKeptUpToALimit) {
  exchange_.TakeDirty();
  exchange_.Receive(peer_, std::string(limits::kReadBytes, ' '), now_);
  EXPECT_FALSE(exchange_.WantsRead(peer_));
  EXPECT_EQ(exchange_.TakeDirty(), std::vector<PeerIndex>{peer_}) << "the loop is to look again";
}

TEST_F(LoginEndTest, AConnectionThatBreaksIsForgotten) {
  exchange_.Lost(peer_, "lost", now_);
  EXPECT_EQ(forgotten_, std::vector<std::uint64_t>{1});
}

}  // namespace
}  // namespace parley::test
