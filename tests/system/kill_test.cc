// kill -9 of the server in the middle of traffic, again and again: what had its `ok` is there, nothing comes
// twice, the order holds, and messages stay as they were changed. Peers do what docs/protocol.md tells a
// client to do: they come back by their token, resume with `since`, and send again, with its id, whatever had
// no `ok`.

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <deque>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "tests/support/line_peer.h"
#include "tests/support/server_process.h"
#include "tests/support/temporary_folder.h"
#include "tests/system/seed.h"
#include "tests/system/whole_history.h"

namespace parley::test {
namespace {

constexpr int kKills = 50;
constexpr int kTalkers = 4;

class Talker {
 public:
  explicit Talker(std::string name) : name_(std::move(name)) {}

  void Connect(std::uint16_t port) {
    peer_ = std::make_unique<LinePeer>(port);
    const Json welcome = peer_->Greet(token_.empty() ? Fields{{"protocol", 1}, {"name", name_}}
                                                     : Fields{{"protocol", 1}, {"token", token_}});
    ASSERT_EQ(welcome["type"], "welcome") << welcome;
    token_ = welcome["token"].Text();
    Json joined = peer_->Ask("join", {{"room", "lab"}, {"since", last_}});
    ASSERT_EQ(joined["type"], "joined") << joined;
    EXPECT_FALSE(joined["gap"].Flag());
    const std::int64_t end = joined["last"].Number();
    Hear(joined["messages"], end);
    while (last_ < end) {
      joined = peer_->Ask("history", {{"room", "lab"}, {"after", last_}, {"limit", 200}});
      ASSERT_GT(joined["messages"].size(), 0U);
      Hear(joined["messages"], end);
    }
    for (const Json& event : peer_->TakeEvents()) Absorb(event);
    for (const std::string& id : unacknowledged_) Send(id);
  }

  void Say() {
    unacknowledged_.push_back(name_ + "-" + std::to_string(++said_));
    Send(unacknowledged_.back());
  }

  // Edits so many of its newest messages that were acknowledged.
  void EditNewest(std::size_t count) {
    for (std::size_t i = acknowledged_in_order_.size() - std::min(count, acknowledged_in_order_.size());
         i < acknowledged_in_order_.size(); ++i) {
      unacknowledged_.push_back(kEdit + std::to_string(acknowledged_in_order_[i]));
      Send(unacknowledged_.back());
    }
  }

  // Takes what came until `more` further ones of its own are acknowledged.
  void AwaitOks(std::size_t more) {
    const std::size_t goal = unacknowledged_.size() - std::min(more, unacknowledged_.size());
    while (unacknowledged_.size() > goal) Absorb(Json::Parse(peer_->ReceiveLine()));
  }

  // Takes all that still came before the connection ended.
  void TakeTheRest() {
    for (std::string line = Line(); !line.empty(); line = Line()) Absorb(Json::Parse(std::move(line)));
  }

  [[nodiscard]] int said() const { return said_; }
  [[nodiscard]] const std::string& name() const { return name_; }
  // What it was told that the server has, by its id.
  [[nodiscard]] const std::map<std::string, std::int64_t>& acknowledged() const { return acknowledged_; }
  // The messages whose edits were acknowledged.
  [[nodiscard]] const std::set<std::int64_t>& edited() const { return edited_; }

 private:
  // A line that was cut off by the end is none.
  std::string Line() {
    std::string line = peer_->wire().ReceiveThrough("\n");
    return line.ends_with('\n') ? line : std::string();
  }

  void Send(const std::string& id) {
    if (id.starts_with(kEdit)) {
      const std::string seq = id.substr(kEdit.size());
      return peer_->SendLine(R"({"type":"edit","room":"lab","seq":)" + seq + R"(,"text":"edit of )" + seq +
                             R"(","ref":")" + id + R"("})");
    }
    peer_->SendLine(R"({"type":"message","room":"lab","text":"text of )" + id + R"(","id":")" + id +
                    R"(","ref":")" + id + R"("})");
  }

  void Absorb(const Json& object) {
    if (object["type"] == "ok") {
      const std::string id = object["ref"].Text();
      ASSERT_FALSE(unacknowledged_.empty());
      ASSERT_EQ(unacknowledged_.front(), id) << "replies come in the order of requests";
      unacknowledged_.pop_front();
      if (id.starts_with(kEdit)) {
        edited_.insert(object["seq"].Number());
        return;
      }
      acknowledged_[id] = object["seq"].Number();
      acknowledged_in_order_.push_back(object["seq"].Number());
    } else if (object["type"] == "message") {
      // One's own are not among them: a hole here is filled by one's own `ok`s, and checked at the end.
      ASSERT_GT(object["seq"].Number(), newest_heard_) << "twice, or out of order";
      newest_heard_ = object["seq"].Number();
    } else {
      ASSERT_NE(object["type"], "error") << object;
    }
  }

  // What came after `since`, one's own included. What is said after `end`, the moment of joining, comes as
  // events, though a page of history may have it, too.
  void Hear(const Json& messages, std::int64_t end) {
    for (std::size_t i = 0; i < messages.size() && last_ < end; ++i) {
      ASSERT_EQ(messages[i]["seq"], last_ + 1) << "a hole";
      last_ = messages[i]["seq"].Number();
    }
    newest_heard_ = std::max(newest_heard_, last_);
  }

  static inline const std::string kEdit = "edit ";

  std::string name_, token_;
  std::unique_ptr<LinePeer> peer_;
  std::deque<std::string> unacknowledged_;
  std::map<std::string, std::int64_t> acknowledged_;
  std::vector<std::int64_t> acknowledged_in_order_;
  std::set<std::int64_t> edited_;
  std::int64_t last_ = 0;          // heard without a hole up to here
  std::int64_t newest_heard_ = 0;  // of this connection
  int said_ = 0;
};

class Kill : public ::testing::Test {
 protected:
  Kill() {
    for (int i = 0; i < kTalkers; ++i) talkers_.emplace_back("talker" + std::to_string(i));
  }

  void Start() {
    server_ = std::make_unique<ServerProcess>(
        std::vector<std::string>{"--data", folder_.path().string(), "--tls", "off", "--rate", "0"});
    for (Talker& talker : talkers_) talker.Connect(server_->port());
  }

  void KillServer() {
    server_->process().Signal(SIGKILL);
    server_->process().WaitForExit();
    for (Talker& talker : talkers_) talker.TakeTheRest();
  }

  void CheckEachOnceAndInOrder() {
    std::map<std::string, std::vector<std::string>> by_author;
    std::map<std::string, std::int64_t> seq_of;
    std::set<std::int64_t> edited;
    for (const Talker& talker : talkers_) edited.insert(talker.edited().begin(), talker.edited().end());
    for (const Json& message : WholeHistory(server_->port(), "lab")) {
      by_author[message["from"]["name"].Text()].push_back(message["id"].Text());
      seq_of[message["id"].Text()] = message["seq"].Number();
      const std::int64_t seq = message["seq"].Number();
      const bool changed = edited.contains(seq);
      EXPECT_EQ(message["text"],
                changed ? "edit of " + std::to_string(seq) : "text of " + message["id"].Text());
      EXPECT_EQ(message["rev"].present(), changed);
    }
    for (const Talker& talker : talkers_) {
      std::vector<std::string> wanted;
      for (int i = 1; i <= talker.said(); ++i) wanted.push_back(talker.name() + "-" + std::to_string(i));
      EXPECT_EQ(by_author[talker.name()], wanted);
      for (const auto& [id, seq] : talker.acknowledged()) EXPECT_EQ(seq_of[id], seq) << "the `ok` of " << id;
    }
  }

  TemporaryFolder folder_;
  std::unique_ptr<ServerProcess> server_;
  std::vector<Talker> talkers_;
};

TEST_F(Kill, LosesNothingThatWasAcknowledgedAndDoublesNothing) {
  std::mt19937 random(Seed());
  const auto up_to = [&](unsigned most) { return static_cast<unsigned>(random() % (most + 1)); };
  Start();
  for (int kill = 0; kill < kKills && !HasFatalFailure(); ++kill) {
    for (Talker& talker : talkers_) {
      for (unsigned i = 5 + up_to(30); i > 0; --i) talker.Say();
      talker.EditNewest(up_to(8));
    }
    talkers_[up_to(kTalkers - 1)].AwaitOks(up_to(20));
    KillServer();
    Start();
  }
  for (Talker& talker : talkers_) talker.AwaitOks(static_cast<std::size_t>(talker.said()));
  CheckEachOnceAndInOrder();
}

TEST_F(Kill, AnEndInGoodOrderLosesNothingEither) {
  Start();
  for (Talker& talker : talkers_) {
    for (int i = 0; i < 20; ++i) talker.Say();
  }
  talkers_.front().AwaitOks(20);
  EXPECT_EQ(server_->Stop(), 0);
  for (Talker& talker : talkers_) talker.TakeTheRest();
  Start();
  for (Talker& talker : talkers_) talker.AwaitOks(20);
  CheckEachOnceAndInOrder();
}

}  // namespace
}  // namespace parley::test
