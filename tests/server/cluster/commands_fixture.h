// Makes random commands of a few people in one room.

#pragma once

#include <array>
#include <memory>
#include <random>
#include <string>
#include <utility>

#include "server/model/command.h"

namespace parley::test {

class RandomCommands {
 public:
  explicit RandomCommands(unsigned long seed) : random_(seed) {}

  // The last of them is an admin.
  static constexpr std::array<const char*, 6> kPeople{"Ana", "Ben", "Cyn", "Dan", "Eve", "Zoe"};

  Command Next(const std::string& room) {
    time_ += std::chrono::milliseconds(1 + Below(5'000));
    if (Below(2) == 0) return Moderation(room);
    return Below(2) == 0 ? Message(room) : Change(room);
  }
  std::size_t Below(std::size_t end) { return random_() % end; }
  [[nodiscard]] std::size_t said() const { return said_; }

 private:
  CommandPerson Someone() {
    const std::string name = kPeople[Below(kPeople.size())];
    std::string key = name;
    key[0] = static_cast<char>(key[0] + ('a' - 'A'));
    return {.id = "id-" + key, .identity = "account:" + key, .name = {name, key}, .admin = name == "Zoe"};
  }

  // Without admissions from a waiting room, because who waits is not known to other servers yet.
  ModerateCommand Moderation(const std::string& room) {
    using protocol::Action;
    constexpr std::array kActions{
        Action::kKick,      Action::kBan,        Action::kBan,    Action::kUnban,       Action::kMute,
        Action::kUnmute,    Action::kLock,       Action::kUnlock, Action::kPassword,    Action::kTopic,
        Action::kPromote,   Action::kPromote,    Action::kDemote, Action::kWaitingRoom, Action::kQuiet,
        Action::kLowerHand, Action::kLowerHands, Action::kStop,   Action::kAllow,       Action::kEnd,
        Action::kSpotlight, Action::kUnspotlight};
    ModerateCommand command{
        .room_key = room, .time = time_, .action = kActions[Below(kActions.size())], .by = Someone()};
    command.target = Someone();
    switch (command.action) {
      case Action::kBan:
        if (Below(2) == 0) command.address = "10.1.0." + std::to_string(Below(9));
        break;
      case Action::kUnban:
        command.unban = Someone().name;
        break;
      case Action::kWaitingRoom:
        command.value = Below(2) == 0 ? "on" : "off";
        break;
      case Action::kEnd:
        if (Below(2) == 0) command.value = "room";
        break;
      case Action::kAllow:
        command.allow = {.camera = Below(2) == 0, .chat = Below(2) == 0};
        break;
      default:
        if (Below(2) == 0) command.value = "value \"" + std::to_string(Below(9)) + "\"\n";
    }
    return command;
  }

  LogEntry From(const std::string& room) {
    const CommandPerson author = Someone();
    LogEntry entry;
    entry.room_key = room;
    entry.author_key = author.identity;
    entry.message.time = time_;
    entry.message.from = {author.id, author.name.shown, "author of " + author.name.key};
    entry.from_raw = Below(9) == 0;
    return entry;
  }

  LogEntry Message(const std::string& room) {
    LogEntry entry = From(room);
    entry.message.text = "text " + std::to_string(++said_);
    if (Below(2) == 0) entry.message.id = std::to_string(Below(20));  // some repeat
    if (Below(4) == 0) entry.message.reply_to = 1 + Below(said_);
    entry.only_if_known = Below(9) == 0;
    if (Below(4) == 0) {
      protocol::Poll poll{.question = "tea?",
                          .options = {"yes", "no", "later"},
                          .multiple = Below(2) == 0,
                          .counts = {0, 0, 0}};
      entry.message.state =
          std::make_shared<const protocol::MessageState>(protocol::MessageState{.poll = std::move(poll)});
    }
    return entry;
  }

  LogEntry Change(const std::string& room) {
    LogEntry entry = From(room);
    parley::Change change{.seq = 1 + Below(said_ + 1), .leads = Below(2) == 0, .what = {}};
    switch (Below(5)) {
      case 0:
        change.what = parley::Change::Edit{"edited " + std::to_string(Below(99))};
        break;
      case 1:
        change.what = parley::Change::Delete{};
        break;
      case 2:
        change.what = parley::Change::React{Below(2) == 0 ? "👍" : "🎉", Below(3) != 0};
        break;
      case 3:
        change.what = parley::Change::Vote{Below(2) == 0 ? std::vector<std::size_t>{0, 2}
                                                         : std::vector<std::size_t>{Below(3)}};
        if (Below(2) == 0) change.seq.reset();
        break;
      default:
        change.what = parley::Change::ClosePoll{};
    }
    entry.change = std::move(change);
    return entry;
  }

  std::mt19937_64 random_;
  WallTime time_{std::chrono::hours(400'000)};
  std::size_t said_ = 0;
};

}  // namespace parley::test
