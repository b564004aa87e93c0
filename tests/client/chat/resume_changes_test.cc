// What a client shows and asks for of messages that change, whatever happens to its connection: the vectors
// that every implementation of the protocol shares.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "client/chat/room.h"
#include "tests/client/chat/conversation.h"
#include "tests/support/json.h"

namespace parley::client {
namespace {

using parley::test::Json;
using protocol::Sequence;
using test::JoinedTo;
using test::NumberedMessage;
using ::testing::ElementsAreArray;

protocol::MessageChanged Change(const Json& input) {
  protocol::MessageChanged change;
  change.seq = static_cast<Sequence>(input["seq"].Number());
  change.text = "changed";
  change.state.rev = static_cast<protocol::Revision>(input["rev"].Number());
  return change;
}

template <typename Make>
auto ForEach(const Json& array, Make make) {
  std::vector<decltype(make(array[0]))> all;
  for (std::size_t i = 0; i < array.size(); ++i) all.push_back(make(array[i]));
  return all;
}

Sequence Number(const Json& number) {
  return static_cast<Sequence>(number.Number());
}

// A room, and what is done with it as Session does.
class Replayed {
 public:
  // What it shows and asks for, as the vectors write it.
  std::vector<std::string> Take(const Json& input) {
    out_.clear();
    Do(input["type"].Text(), input);
    return out_;
  }

 private:
  void Do(const std::string& type, const Json& input) {
    if (type == "join") return Join(room_.JoinRequest());
    if (type == "joined") return Enter(input);
    if (type == "message") return Follow(room_.catch_up.Live(NumberedMessage(Number(input["seq"]))));
    if (type == "changed") return Hear(Change(input));
    if (type == "history") {
      return Follow(room_.catch_up.Page(
          {"lobby", ForEach(input["messages"], [](const Json& seq) { return NumberedMessage(Number(seq)); }),
           input["more"].Flag()}));
    }
    if (type == "changes") {
      const auto changed = ForEach(input["changed"], Change);
      room_.revisions.Page(changed, input["more"].Flag());
      return Catch(changed);
    }
    if (type == "changes_refused") return room_.revisions.PageFailed();
    ASSERT_EQ(type, "lost");
    room_.Lose();
  }

  void Join(const protocol::Join& join) {
    out_.push_back(!join.since ? "join"
                               : "join since " + std::to_string(*join.since) + " and rev " +
                                     std::to_string(join.since_rev.value_or(~protocol::Revision{0})));
  }
  void Enter(const Json& input) {
    protocol::Joined joined =
        JoinedTo("lobby", Number(input["last"]),
                 ForEach(input["messages"], [](const Json& seq) { return NumberedMessage(Number(seq)); }));
    joined.more = input["more"].Flag();
    joined.gap = input["gap"].Flag();
    joined.rev = Number(input["rev"]);
    if (input["changed"].present()) joined.changed = ForEach(input["changed"], Change);
    joined.changed_more = input["changed_more"].present() && input["changed_more"].Flag();
    const CatchUp::Steps steps = room_.Enter(joined);
    Catch(joined.changed.value_or(Revisions::Changes()));
    Follow(steps);
  }
  void Hear(const protocol::MessageChanged& change) {
    if (!room_.joined()) return;
    room_.revisions.Live(change.state.rev);
    Show(change);
  }
  void Catch(const Revisions::Changes& changes) {
    for (const protocol::MessageChanged& change : changes) Show(change);
    if (const auto after = room_.revisions.Ask()) out_.push_back("changes after " + std::to_string(*after));
  }
  void Show(const protocol::MessageChanged& change) {
    if (room_.catch_up.Change(change) || !room_.kept.Apply(change)) return;
    out_.push_back("change " + std::to_string(change.seq) + " rev " + std::to_string(change.state.rev));
  }
  void Follow(const CatchUp::Steps& steps) {
    for (const CatchUp::Step& step : steps) {
      if (const auto* const show = std::get_if<CatchUp::Show>(&step)) {
        room_.kept.Put(show->message, false);
        out_.push_back("show " + std::to_string(show->message.seq));
        if (show->message.state) out_.back() += " rev " + std::to_string(show->message.state->rev);
      } else if (const auto* const ask = std::get_if<CatchUp::AskAfter>(&step)) {
        out_.push_back("history after " + std::to_string(ask->sequence));
      } else {
        ASSERT_TRUE(std::holds_alternative<CatchUp::Restarted>(step));
        room_.kept.Clear();
        out_.emplace_back("restarted");
      }
    }
  }

  Room room_{"lobby", std::nullopt};
  std::vector<std::string> out_;
};

TEST(ResumeChanges, DoesWhatTheVectorsSay) {
  std::ifstream in(PARLEY_VECTORS "/resume_changes.jsonl");
  int count = 0;
  for (std::string line; std::getline(in, line); ++count) {
    const Json vector = Json::Parse(line);
    Replayed room;
    for (std::size_t i = 0; i < vector["steps"].size(); ++i) {
      SCOPED_TRACE(vector["name"].Text() + ", step " + std::to_string(i));
      const Json step = vector["steps"][i];
      EXPECT_THAT(room.Take(step["input"]),
                  ElementsAreArray(ForEach(step["output"], [](const Json& text) { return text.Text(); })));
    }
  }
  EXPECT_GT(count, 15);
}

}  // namespace
}  // namespace parley::client
