#include "client/link/link.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "common/net/listener.h"

namespace parley::client {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;

// A link to a listener of the test's own. Time stands still until the test moves it.
class LinkTest : public ::testing::Test {
 protected:
  LinkTest() {
    std::error_code error;
    listener_ = Listener::Open({"127.0.0.1", 0}, error);
    link_.emplace(selector_, listener_->local(), [] { return 0.5; });
  }

  // Turns until `done`; what never comes fails the test by its time-out.
  template <typename Done>
  void RunUntil(Done done) {
    while (!done()) {
      for (const Selector::Ready& ready : selector_.Wait(std::nullopt)) link_->OnReady(ready, now_);
    }
  }
  void Connect() {
    link_->Open();
    RunUntil([this] { return link_->up(); });
    EXPECT_TRUE(link_->TakeUp());
    EXPECT_FALSE(link_->TakeUp());
    selector_.Watch(listener_->descriptor(), true, false);
    Listener::Accepted accepted{Listener::Status::kWouldBlock, std::nullopt};
    while (!accepted.stream) accepted = listener_->Accept();
    selector_.Remove(listener_->descriptor());
    server_ = std::move(accepted.stream);
  }
  std::string WaitForDown() {
    std::optional<std::string> why;
    RunUntil([&] { return (why = link_->TakeDown()).has_value(); });
    return *why;
  }
  void ServerSays(std::string_view text) {
    const std::array views = {text};
    ASSERT_EQ(server_->Write(views).bytes, text.size());
  }

  Selector selector_;
  MonotonicTime now_{seconds(1000)};
  std::optional<Listener> listener_;
  std::optional<Link> link_;
  std::optional<Stream> server_;
};

TEST_F(LinkTest, MovesBytesBothWays) {
  Connect();
  ServerSays("from server");
  RunUntil([this] { return link_->incoming().size() == 11; });
  EXPECT_EQ(link_->incoming().view(), "from server");
  link_->Send("from ");
  link_->Send("client");
  EXPECT_EQ(link_->unsent(), 11U);
  link_->Flush();
  EXPECT_EQ(link_->unsent(), 0U);
  link_->FinishSending();
  std::string got;
  std::array<char, 64> buffer;
  for (IoResult result = server_->Read(buffer); result.status != IoStatus::kEnd;
       result = server_->Read(buffer)) {
    got.append(buffer.data(), result.bytes);
  }
  EXPECT_EQ(got, "from client");
}

TEST_F(LinkTest, SendsAllThatASlowServerTakesLittleByLittle) {
  Connect();
  const std::string much(8 * 1024 * 1024, 'x');
  link_->Send(much);
  link_->Flush();
  EXPECT_GT(link_->unsent(), 0U);
  std::size_t got = 0;
  std::vector<char> buffer(1024 * 1024);
  while (got < much.size()) {
    got += server_->Read(buffer).bytes;
    for (const Selector::Ready& ready : selector_.Wait(Duration::zero())) link_->OnReady(ready, now_);
  }
  EXPECT_EQ(got, much.size());
  EXPECT_EQ(link_->unsent(), 0U);
}

TEST_F(LinkTest, KeepsWhatCameBeforeTheServerClosed) {
  Connect();
  ServerSays("last words");
  server_.reset();
  EXPECT_THAT(WaitForDown(), HasSubstr("closed"));
  EXPECT_EQ(link_->incoming().view(), "last words");
  EXPECT_FALSE(link_->up());
}

TEST_F(LinkTest, ComesBackAfterAPauseThatGrows) {
  Connect();
  for (const int pause : {200, 400, 800}) {
    server_.reset();
    WaitForDown();
    EXPECT_EQ(*link_->deadline(), now_ + milliseconds(pause));
    link_->OnTime(now_);  // too early
    EXPECT_TRUE(link_->deadline());
    now_ = *link_->deadline();
    link_->OnTime(now_);
    Connect();
  }
  link_->Settle();
  server_.reset();
  WaitForDown();
  EXPECT_EQ(*link_->deadline(), now_ + milliseconds(200));
}

TEST_F(LinkTest, RestsLongerOnceWhereItIsTold) {
  Connect();
  link_->Rest(seconds(7));
  server_.reset();
  WaitForDown();
  EXPECT_EQ(*link_->deadline(), now_ + milliseconds(7200));
  now_ = *link_->deadline();
  link_->OnTime(now_);
  Connect();
  server_.reset();
  WaitForDown();
  EXPECT_EQ(*link_->deadline(), now_ + milliseconds(400));
}

TEST_F(LinkTest, TellsWhyItCantConnectAndTriesAgain) {
  listener_.reset();  // nobody listens on that port now
  link_->Open();
  EXPECT_THAT(WaitForDown(), AllOf(HasSubstr("can't reach 127.0.0.1:"), HasSubstr("refused")));
  EXPECT_EQ(*link_->deadline(), now_ + milliseconds(200));
}

TEST_F(LinkTest, ANameWithoutAnAddressIsTold) {
  link_.emplace(selector_, Endpoint{"name.invalid", 8080}, [] { return 0.5; });
  link_->Open();
  EXPECT_THAT(WaitForDown(), HasSubstr("can't reach name.invalid:8080: "));
}

TEST_F(LinkTest, GivesAConnectionUpWhenTold) {
  Connect();
  link_->Send("never sent");
  link_->Break("enough", now_);
  EXPECT_EQ(link_->TakeDown(), "enough");
  EXPECT_FALSE(link_->up());
  EXPECT_EQ(link_->unsent(), 0U);
}

}  // namespace
}  // namespace parley::client
