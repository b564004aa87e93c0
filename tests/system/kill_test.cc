// kill -9 of the server in the middle of traffic, again and again: what had its `ok` is there, nothing comes
// twice, the order holds, and messages stay as they were changed. Peers do what docs/protocol.md tells a
// client to do: they come back by their token, resume with `since` and `since_rev`, and send again, with its
// id, whatever had no `ok`.

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

// What a message is now, in words: what the events and the replies say of it.
std::string StateOf(const Json& message) {
  std::string words = message["text"].Text();
  if (message["deleted"].present()) words += " (deleted)";
  const Json reactions = message["reactions"];
  for (std::size_t i = 0; i < reactions.size(); ++i) {
    words += " " + reactions[i]["emoji"].Text() + std::to_string(reactions[i]["count"].Number());
  }
  const Json poll = message["poll"];
  for (std::size_t i = 0; i < poll["counts"].size(); ++i) {
    words += " " + std::to_string(poll["counts"][i].Number());
  }
  if (poll.present() && poll["closed"].Flag()) words += " (closed)";
  return words;
}

// Each fifth message is a poll. What its author does with the others depends on their number.
bool IsPoll(int number) {
  return number % 5 == 0;
}
std::vector<std::string> ActsOn(int number) {
  constexpr const char* kActs[] = {"", "edit ", "react ", "delete ", "edit "};
  if (IsPoll(number)) return {"vote ", "close "};
  return {kActs[number % 5]};
}
std::string StateAfter(const std::string& id, std::int64_t seq, int number, bool changed) {
  if (IsPoll(number)) {
    return "text of " + id + "\n1) yes\n2) no" + (changed ? " 0 1 (closed)" : " 0 0");
  }
  const std::string act = changed ? ActsOn(number).front() : "";
  if (act == "delete ") return " (deleted)";
  if (act == "edit ") return "edit of " + std::to_string(seq);
  return "text of " + id + (act.empty() ? "" : " 👍1");
}

class Talker {
 public:
  explicit Talker(std::string name) : name_(std::move(name)) {}

  void Connect(std::uint16_t port) {
    peer_ = std::make_unique<LinePeer>(port);
    const Json welcome = peer_->Greet(token_.empty() ? Fields{{"protocol", 1}, {"name", name_}}
                                                     : Fields{{"protocol", 1}, {"token", token_}});
    ASSERT_EQ(welcome["type"], "welcome") << welcome;
    token_ = welcome["token"].Text();
    Json joined = peer_->Ask("join", {{"room", "lab"}, {"since", last_}, {"since_rev", rev_}});
    ASSERT_EQ(joined["type"], "joined") << joined;
    EXPECT_FALSE(joined["gap"].Flag());
    CatchUp(joined);
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

  // Changes so many of its newest messages that were acknowledged.
  void ChangeNewest(std::size_t count) {
    for (std::size_t i = acknowledged_in_order_.size() - std::min(count, acknowledged_in_order_.size());
         i < acknowledged_in_order_.size(); ++i) {
      const std::int64_t seq = acknowledged_in_order_[i];
      for (const std::string& act : ActsOn(NumberIn(id_of_.at(seq)))) {
        unacknowledged_.push_back(act + std::to_string(seq));
        Send(unacknowledged_.back());
      }
    }
  }

  // Takes what came until `more` further ones of its own are acknowledged.
  void AwaitOks(std::size_t more) {
    const std::size_t goal = unacknowledged_.size() - std::min(more, unacknowledged_.size());
    while (unacknowledged_.size() > goal) Absorb(Json::Parse(peer_->ReceiveLine()));
  }

  void AwaitAll() { AwaitOks(unacknowledged_.size()); }

  // Takes all that still came before the connection ended.
  void TakeTheRest() {
    for (std::string line = Line(); !line.empty(); line = Line()) Absorb(Json::Parse(std::move(line)));
  }

  [[nodiscard]] int said() const { return said_; }
  [[nodiscard]] const std::string& name() const { return name_; }
  // What it was told that the server has, by its id.
  [[nodiscard]] const std::map<std::string, std::int64_t>& acknowledged() const { return acknowledged_; }
  // The messages whose changes were acknowledged.
  [[nodiscard]] const std::set<std::int64_t>& changed() const { return changed_; }
  // What it knows of a message (StateOf), kept up to date over all its connections.
  [[nodiscard]] std::string Known(std::int64_t seq) const {
    const auto known = known_.find(seq);
    return known == known_.end() ? "nothing" : known->second.second;
  }
  // Of the message with this id.
  static int NumberIn(const std::string& id) { return std::stoi(id.substr(id.find('-') + 1)); }

 private:
  // A line that was cut off by the end is none.
  std::string Line() {
    std::string line = peer_->wire().ReceiveThrough("\n");
    return line.ends_with('\n') ? line : std::string();
  }

  // `id`: of a message, or what is to be done and with which one.
  void Send(const std::string& id) {
    const std::string end = R"(,"room":"lab","ref":")" + id + R"("})";
    const std::size_t space = id.find(' ');
    if (space != std::string::npos) {
      const std::string seq = id.substr(space + 1);
      const std::map<std::string, std::string> requests = {
          {"edit", R"({"type":"edit","text":"edit of )" + seq + '"'},
          {"delete", R"({"type":"delete")"},
          {"react", R"({"type":"react","emoji":"👍","on":true)"},
          {"vote", R"({"type":"vote","choices":[1])"},
          {"close", R"({"type":"close_poll")"}};
      peer_->SendLine(requests.at(id.substr(0, space)) + R"(,"seq":)" + seq + end);
    } else if (IsPoll(NumberIn(id))) {
      peer_->SendLine(R"({"type":"poll","question":"text of )" + id + R"(","options":["yes","no"],"id":")" +
                      id + '"' + end);
    } else {
      peer_->SendLine(R"({"type":"message","text":"text of )" + id + R"(","id":")" + id + '"' + end);
    }
  }

  // What was done before the server was killed can't be done again. Only the `ok` was lost.
  static bool IsDone(const std::string& id, const Json& error) {
    return (id.starts_with("delete ") && error["code"] == "no_such_message") ||
           (id.starts_with("vote ") && error["code"] == "poll_closed");
  }

  void Absorb(const Json& object) {
    if (object["type"] == "ok" || object["type"] == "error") {
      const std::string id = object["ref"].Text();
      ASSERT_FALSE(unacknowledged_.empty());
      ASSERT_EQ(unacknowledged_.front(), id) << "replies come in the order of requests";
      unacknowledged_.pop_front();
      ASSERT_TRUE(object["type"] == "ok" || IsDone(id, object)) << object;
      if (const std::size_t space = id.find(' '); space != std::string::npos) {
        changed_.insert(std::stoll(id.substr(space + 1)));
        return;
      }
      acknowledged_[id] = object["seq"].Number();
      id_of_[object["seq"].Number()] = id;
      acknowledged_in_order_.push_back(object["seq"].Number());
    } else if (object["type"] == "message_changed") {
      Learn(object);
      rev_ = object["rev"].Number();
    } else if (object["type"] == "message") {
      // One's own are not among them: a hole here is filled by one's own `ok`s, and checked at the end.
      ASSERT_GT(object["seq"].Number(), newest_heard_) << "twice, or out of order";
      newest_heard_ = object["seq"].Number();
    }
  }

  void Learn(const Json& message) {
    const std::int64_t rev = message["rev"].present() ? message["rev"].Number() : 0;
    auto& known = known_[message["seq"].Number()];
    if (known.second.empty() || rev > known.first) known = {rev, StateOf(message)};
  }

  // What changed meanwhile of the messages up to `since`.
  void CatchUp(const Json& joined) {
    Json changed = joined["changed"];
    bool more = joined["changed_more"].present();
    for (;;) {
      for (std::size_t i = 0; i < changed.size(); ++i) {
        ASSERT_GT(changed[i]["rev"].Number(), rev_);
        Learn(changed[i]);
        rev_ = changed[i]["rev"].Number();
      }
      if (!more) break;
      const Json page = peer_->Ask("history", {{"room", "lab"}, {"changed_after", rev_}, {"limit", 200}});
      changed = page["changed"];
      more = page["more"].Flag();
    }
    rev_ = std::max(rev_, joined["rev"].Number());
  }

  // What came after `since`, one's own included. What is said after `end`, the moment of joining, comes as
  // events, though a page of history may have it, too.
  void Hear(const Json& messages, std::int64_t end) {
    for (std::size_t i = 0; i < messages.size() && last_ < end; ++i) {
      ASSERT_EQ(messages[i]["seq"], last_ + 1) << "a hole";
      Learn(messages[i]);
      last_ = messages[i]["seq"].Number();
    }
    newest_heard_ = std::max(newest_heard_, last_);
  }

  std::string name_, token_;
  std::unique_ptr<LinePeer> peer_;
  std::deque<std::string> unacknowledged_;
  std::map<std::string, std::int64_t> acknowledged_;
  std::vector<std::int64_t> acknowledged_in_order_;
  std::map<std::int64_t, std::string> id_of_;
  std::set<std::int64_t> changed_;
  std::map<std::int64_t, std::pair<std::int64_t, std::string>> known_;  // revision and state
  std::int64_t rev_ = 0;                                                // all changes up to here were heard
  std::int64_t last_ = 0;                                               // heard without a hole up to here
  std::int64_t newest_heard_ = 0;                                       // of this connection
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
    std::set<std::int64_t> changed;
    for (const Talker& talker : talkers_) changed.insert(talker.changed().begin(), talker.changed().end());
    for (const Json& message : WholeHistory(server_->port(), "lab")) {
      by_author[message["from"]["name"].Text()].push_back(message["id"].Text());
      const std::string id = message["id"].Text();
      const std::int64_t seq = message["seq"].Number();
      seq_of[id] = seq;
      const std::string state = StateOf(message);
      EXPECT_EQ(state, StateAfter(id, seq, Talker::NumberIn(id), changed.contains(seq)));
      EXPECT_EQ(message["rev"].present(), changed.contains(seq));
      for (const Talker& talker : talkers_)
        EXPECT_EQ(talker.Known(seq), state) << seq << " for " << talker.name();
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
  const auto up_to = [&](unsigned max) { return static_cast<unsigned>(random() % (max + 1)); };
  Start();
  for (int kill = 0; kill < kKills && !HasFatalFailure(); ++kill) {
    for (Talker& talker : talkers_) {
      for (unsigned i = 5 + up_to(30); i > 0; --i) talker.Say();
      talker.ChangeNewest(up_to(8));
    }
    talkers_[up_to(kTalkers - 1)].AwaitOks(up_to(20));
    KillServer();
    Start();
  }
  for (Talker& talker : talkers_) talker.AwaitAll();
  KillServer();
  Start();  // and everybody catches up
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
  for (Talker& talker : talkers_) talker.AwaitAll();
  KillServer();
  Start();
  CheckEachOnceAndInOrder();
}

}  // namespace
}  // namespace parley::test
