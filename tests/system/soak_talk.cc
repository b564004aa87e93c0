#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <vector>

#include "tests/support/deadline.h"
#include "tests/system/soak_acts.h"
#include "tests/system/soak_person.h"

namespace parley::test {
namespace {

constexpr unsigned kSteps = 40;
constexpr std::size_t kMostPeople = 9;

struct Message {
  std::string author, text;
  bool operator==(const Message&) const = default;
};
using Said = std::map<std::int64_t, Message>;  // by sequence

Message Of(const Json& message) {
  return {message["from"]["name"].Text(), message["text"].Text()};
}

// One in the room: what they heard, and what they said and have no `ok` for.
class Talker {
 public:
  Talker(Stage& stage, std::string name)
      : stage_(stage),
        name_(std::move(name)),
        person_(std::make_unique<SoakPerson>(stage.server, AnyWay(), name_)) {
    const Json joined = person_->Expect("joined", "join", {{"room", stage.room}});
    since_ = joined["last"].Number();
  }

  void Say(const std::string& text) {
    unanswered_.push_back(text);
    person_->Send("message", {{"room", stage_.room}, {"text", text}, {"id", text.substr(0, 60)}});
  }
  // Takes the `ok` of all that it said.
  void TakeOks(Said& said) {
    for (; !unanswered_.empty(); unanswered_.pop_front()) {
      const Json reply = person_->NextReply();
      Demand(reply["type"] == "ok", "no ok: " + reply.raw());
      const std::int64_t seq = reply["seq"].Number();
      const Message message{name_, unanswered_.front()};
      const bool first = said.emplace(seq, message).second;
      Demand(first || said[seq] == message, "two messages with the sequence " + std::to_string(seq));
      own_[seq] = message;
    }
  }
  void Listen() {
    for (const Json& event : person_->TakeEvents()) {
      if (event["type"] == "message") {
        Demand(event["room"] == stage_.room, "of another room: " + event.raw());
        heard_.emplace_back(event["seq"].Number(), Of(event));
      } else if (event["type"] == "whisper" || event["type"] == "signal") {
        ++private_;
      }
    }
  }
  // Something for one other alone.
  void Confide(Talker& other) {
    if (stage_.UpTo(1) == 0) {
      person_->Expect("ok", "whisper", {{"to", other.person_->id()}, {"text", "psst"}});
    } else {
      person_->Expect(
          "ok", "signal",
          {{"room", stage_.room}, {"to", other.person_->id()}, {"data", Verbatim{R"({"n": 1.0})"}}});
    }
    ++other.confided_;
  }
  void RaiseHand(bool up) { person_->Expect("ok", "state", {{"room", stage_.room}, {"hand", up}}); }
  void Leave() {
    person_->Expect("ok", "leave", {{"room", stage_.room}});
    Listen();
  }

  // Breaks off, in the middle of its own words where it has no `ok` for some, and comes back: by another way
  // than before, perhaps. What it had not read is lost.
  void BreakOffAndResume() {
    if (unanswered_.empty()) Listen();
    const std::int64_t known = Known();
    std::erase_if(heard_, [&](const auto& one) { return one.first > known; });
    const std::string token = person_->token();
    person_->Reset();
    confided_ = private_ = 0;
    person_ =
        std::make_unique<SoakPerson>(stage_.server, AnyWay(), Fields{{"protocol", 1}, {"token", token}});
    const Json joined = person_->Expect("joined", "join", {{"room", stage_.room}, {"since", known}});
    Demand(!joined["gap"].Flag() && !joined["more"].Flag(), "not all that was missed: " + joined.raw());
    const Json messages = joined["messages"];
    for (std::size_t i = 0; i < messages.size(); ++i) {
      Demand(messages[i]["seq"] == known + 1 + static_cast<std::int64_t>(i), "a hole: " + joined.raw());
      heard_.emplace_back(messages[i]["seq"].Number(), Of(messages[i]));
    }
    for (const std::string& text : unanswered_) {
      person_->Send("message", {{"room", stage_.room}, {"text", text}, {"id", text.substr(0, 60)}});
    }
    ++stage_.counts.resumes;
  }

  // Whether it heard what was said since it came, once and in order; one who left: up to some point at or
  // after `at_least`.
  void Check(const Said& said, std::int64_t at_least) const {
    auto next = heard_.begin();
    for (auto one = said.upper_bound(since_); one != said.end(); ++one) {
      if (next != heard_.end() && next->first == one->first) {
        Demand(next->second == one->second, name_ + " heard another text at " + std::to_string(one->first));
        ++next;
      } else if (one->second.author != name_) {
        Demand(one->first > at_least, name_ + " did not hear " + std::to_string(one->first));
        break;
      }
    }
    Demand(next == heard_.end(), name_ + " heard something twice, out of order, or after leaving");
    Demand(private_ == confided_, name_ + " missed a whisper or a signal");
  }
  SoakPerson& person() { return *person_; }

 private:
  Way AnyWay() { return static_cast<Way>(stage_.UpTo(kWays - 1)); }
  // The end of what it knows without a hole.
  [[nodiscard]] std::int64_t Known() const {
    std::int64_t known = since_;
    const auto heard = [&](std::int64_t seq) {
      return std::ranges::any_of(heard_, [&](const auto& one) { return one.first == seq; });
    };
    while (own_.contains(known + 1) || heard(known + 1)) ++known;
    return known;
  }

  Stage& stage_;
  std::string name_;
  std::unique_ptr<SoakPerson> person_;
  std::int64_t since_ = 0;
  std::deque<std::string> unanswered_;
  Said own_;
  std::vector<std::pair<std::int64_t, Message>> heard_;
  std::size_t private_ = 0, confided_ = 0;  // whispers and signals: that came, that were sent
};

class Conversation {
 public:
  explicit Conversation(Stage& stage) : stage_(stage) {
    for (int i = 0; i < 3; ++i) Come();
  }

  void Step() {
    const unsigned lot = stage_.UpTo(19);
    if (lot < 10) {
      for (unsigned i = stage_.UpTo(4); i > 0; --i) Someone().Say(Text());
    } else if (lot < 14) {
      Talker& one = Someone();
      Talker& other = Someone();
      TakeOks();
      if (&one != &other) one.Confide(other);
    } else if (lot == 14) {
      TakeOks();
      Someone().RaiseHand(stage_.UpTo(1) == 0);
    } else if (lot < 17) {
      if (here_.size() < kMostPeople) Come();
    } else if (lot == 17) {
      if (here_.size() > 2) Go(stage_.UpTo(static_cast<unsigned>(here_.size()) - 1));
    } else {
      Someone().BreakOffAndResume();
    }
  }

  void End() {
    TakeOks();
    const std::int64_t last = said_.empty() ? 0 : said_.rbegin()->first;
    for (auto& one : here_) {
      one->Listen();
      one->Check(said_, last);
    }
    for (const auto& [one, at_least] : gone_) one->Check(said_, at_least);
    if (!said_.empty()) PageBack(here_.front()->person());
  }

 private:
  Talker& Someone() { return *here_[stage_.UpTo(static_cast<unsigned>(here_.size()) - 1)]; }
  std::string Text() {
    const unsigned size = stage_.UpTo(9) == 0 ? 4000 : 200;
    // Its beginning is its id, so that it is like no other.
    return std::to_string(stage_.random()) + "-" + std::to_string(stage_.random()) + " Grüße, 你好 " +
           std::string(stage_.UpTo(size), 'x');
  }
  void Come() {
    here_.push_back(std::make_unique<Talker>(
        stage_, "Act " + std::to_string(stage_.number) + " talker " + std::to_string(++came_)));
  }
  void Go(std::size_t index) {
    TakeOks();
    std::unique_ptr<Talker> one = std::move(here_[index]);
    here_.erase(here_.begin() + static_cast<std::ptrdiff_t>(index));
    one->Leave();
    gone_.emplace_back(std::move(one), said_.empty() ? 0 : said_.rbegin()->first);
  }
  void TakeOks() {
    for (auto& one : here_) one->TakeOks(said_);
  }

  // History, from its end to its beginning.
  void PageBack(SoakPerson& reader) {
    std::int64_t before = said_.rbegin()->first + 1;
    std::size_t read = 0;
    for (bool more = true; more;) {
      const Json page =
          reader.Expect("history", "history", {{"room", stage_.room}, {"before", before}, {"limit", 50}});
      const Json messages = page["messages"];
      for (std::size_t i = messages.size(); i > 0; --i) {
        const Json message = messages[i - 1];
        Demand(message["seq"] == --before, "a hole in the history: " + message["seq"].raw());
        const auto found = said_.find(before);
        Demand(found == said_.end() || found->second == Of(message), "another text than was sent");
      }
      read += messages.size();
      more = page["more"].Flag();
    }
    Demand(read >= said_.size() && read <= stage_.history,
           "the history has " + std::to_string(read) + " messages");
  }

  Stage& stage_;
  int came_ = 0;
  Said said_;
  std::vector<std::unique_ptr<Talker>> here_;
  std::vector<std::pair<std::unique_ptr<Talker>, std::int64_t>> gone_;
};

}  // namespace

void Talk(Stage& stage) {
  Conversation conversation(stage);
  for (unsigned i = 0; i < kSteps; ++i) conversation.Step();
  conversation.End();
}

}  // namespace parley::test
