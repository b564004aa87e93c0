#include "client/ui/commands.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "common/codec/utf8.h"
#include "common/codec/visible.h"
#include "common/protocol/names.h"

namespace parley::client {

std::string_view Trim(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

namespace {

constexpr std::size_t kHistoryByDefault = 20;

// Takes the first word off.
std::string_view TakeWord(std::string_view& text) {
  const std::string_view word = text.substr(0, text.find(' '));
  text = Trim(text.substr(word.size()));
  return word;
}

// Takes `"a name"` off, where it stands in quotes.
std::optional<std::string_view> TakeQuoted(std::string_view& text) {
  if (!text.starts_with('"')) return std::nullopt;
  const std::size_t end = text.find('"', 1);
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view quoted = text.substr(1, end - 1);
  text = Trim(text.substr(end + 1));
  return quoted;
}

// A room's name may hold spaces too; in quotes then.
std::string_view TakeName(std::string_view& text) {
  const std::optional<std::string_view> quoted = TakeQuoted(text);
  return quoted ? *quoted : TakeWord(text);
}

// A slash and a word of letters: "/join dev", "/jion dev". "/etc/hosts is wrong" and "/2" are messages.
bool LooksLikeCommand(std::string_view line) {
  if (!line.starts_with('/')) return false;
  const std::string_view word = line.substr(1, line.find(' ') - 1);
  return std::ranges::all_of(word, [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
}

struct ActionCommand {
  std::string_view command;
  protocol::Action action;
};
constexpr std::array kActionCommands = {
    ActionCommand{"/kick", protocol::Action::kKick},
    ActionCommand{"/ban", protocol::Action::kBan},
    ActionCommand{"/mute", protocol::Action::kMute},
    ActionCommand{"/unmute", protocol::Action::kUnmute},
    ActionCommand{"/lock", protocol::Action::kLock},
    ActionCommand{"/unlock", protocol::Action::kUnlock},
    ActionCommand{"/bans", protocol::Action::kBans},
    ActionCommand{"/admit", protocol::Action::kAdmit},
    ActionCommand{"/refuse", protocol::Action::kRefuse},
    ActionCommand{"/hands", protocol::Action::kLowerHands},
    ActionCommand{"/recent", protocol::Action::kRecent},
    ActionCommand{"/attendance", protocol::Action::kAttendance},
};

// Splits "NAME REST", where a name may hold spaces or stand in quotes: whom `find` gives for the name, or
// null; then `text` is what was meant to be the name, as far as that can be told.
template <typename Find>
auto TakeNamed(std::string_view& text, Find find) -> decltype(find(text)) {
  std::string_view rest = text;
  if (const std::optional<std::string_view> quoted = TakeQuoted(rest)) {
    const auto* const person = find(*quoted);
    text = person == nullptr ? *quoted : rest;
    return person;
  }
  // The longest name that the text begins with: "ann lee hello" is for ann lee where she is here.
  for (std::size_t end = text.size();;) {
    if (const auto* const person = find(Trim(text.substr(0, end)))) {
      text = Trim(text.substr(end));
      return person;
    }
    const std::size_t space = end == 0 ? std::string_view::npos : text.rfind(' ', end - 1);
    if (space == std::string_view::npos) break;
    end = space;
  }
  text = text.substr(0, text.find(' '));
  return nullptr;
}

protocol::Action ActionOf(std::string_view command) {
  return std::ranges::find(kActionCommands, command, &ActionCommand::command)->action;
}

// A command may need an argument, and a current room.
constexpr bool kArgument = true, kRoom = true;

}  // namespace

std::span<const Commands::Command> Commands::Table() {
  static constexpr std::array kTable = {
      Command{"/join", "ROOM [PASSWORD]", "join a room, or make it the current one", kArgument, false,
              &Commands::Join},
      Command{"/leave", "[ROOM]", "leave a room", false, kRoom, &Commands::Leave},
      Command{"/who", "[ROOM | WORDS]", "list the members, or those here with WORDS in their names", false,
              kRoom, &Commands::Who},
      Command{"/msg", "NAME TEXT", "send a private message to one member", kArgument, kRoom, &Commands::Msg},
      Command{"/history", "[COUNT]", "show earlier messages, with their numbers N", false, kRoom,
              &Commands::History},
      Command{"/reply", "N TEXT", "answer message N (1 is the newest)", kArgument, kRoom, &Commands::Reply},
      Command{"/edit", "[N] TEXT", "change your last message, or message N", kArgument, kRoom,
              &Commands::Edit},
      Command{"/delete", "[N]", "delete your last message, or message N", false, kRoom, &Commands::Delete},
      Command{"/react", "N EMOJI", "react to message N, or take the reaction back", kArgument, kRoom,
              &Commands::React},
      Command{"/poll", "QUESTION | A | B", "start a poll", kArgument, kRoom, &Commands::Poll},
      Command{"/vote", "N CHOICE", "vote in poll N; CHOICE is 2, or 1,3, or - to withdraw the vote",
              kArgument, kRoom, &Commands::Vote},
      Command{"/close", "[N]", "close the last poll, or poll N", false, kRoom, &Commands::ClosePoll},
      Command{"/search", "WORDS", "find messages that contain all of the words", kArgument, kRoom,
              &Commands::Search},
      Command{"/code", "FILE", "send a text file as code", kArgument, kRoom, &Commands::Code},
      Command{"/send", "FILE", "send a file", kArgument, kRoom, &Commands::Send},
      Command{"/get", "N [FILE]", "save the file of message N", kArgument, kRoom, &Commands::Get},
      Command{"/topic", "[TEXT | -]", "show the topic, set it, or clear it", false, kRoom, &Commands::Topic},
      Command{"/hand", "[up | down]", "raise your hand, or lower it", false, kRoom, &Commands::Hand},
      Command{"/kick", "NAME", "remove a member", kArgument, kRoom, &Commands::OnMember},
      Command{"/ban", "NAME [address]", "ban a member; with address, also all guests from there", kArgument,
              kRoom, &Commands::Ban},
      Command{"/unban", "NAME", "lift a ban", kArgument, kRoom, &Commands::Unban},
      Command{"/bans", "", "list banned people", false, kRoom, &Commands::OnRoom},
      Command{"/mute", "NAME", "mute a member (chat and microphone)", kArgument, kRoom, &Commands::OnMember},
      Command{"/unmute", "NAME", "unmute a member", kArgument, kRoom, &Commands::OnMember},
      Command{"/quiet", "[NAME]", "turn off a member's microphone, or all except those of hosts", false,
              kRoom, &Commands::Quiet},
      Command{"/stop", "NAME camera|screen", "turn off a member's camera or screen", kArgument, kRoom,
              &Commands::Stop},
      Command{"/hands", "", "lower all hands", false, kRoom, &Commands::OnRoom},
      Command{"/allow", "[WHAT on|off]",
              "show or change what members may use: microphone, camera, screen, chat", false, kRoom,
              &Commands::Allow},
      Command{"/end", "[room]", "end the meeting; with room, remove everybody else", false, kRoom,
              &Commands::End},
      Command{"/recent", "", "list recent actions of hosts", false, kRoom, &Commands::OnRoom},
      Command{"/attendance", "", "list who was here in the last 24 hours, and how long", false, kRoom,
              &Commands::OnRoom},
      Command{"/lock", "", "lock the room: nobody else can join", false, kRoom, &Commands::OnRoom},
      Command{"/unlock", "", "unlock the room", false, kRoom, &Commands::OnRoom},
      Command{"/waiting", "[on | off]", "show who is waiting, or turn the waiting room on or off", false,
              kRoom, &Commands::Waiting},
      Command{"/admit", "NAME", "admit a person who is waiting", kArgument, kRoom, &Commands::OnWaiting},
      Command{"/refuse", "NAME", "deny a person who is waiting", kArgument, kRoom, &Commands::OnWaiting},
      Command{"/rooms", "[WORDS]", "list public rooms, or those with WORDS in their name or topic", false,
              false, &Commands::Rooms},
      Command{"/help", "[COMMAND]", "show this list", false, false, &Commands::Help},
      Command{"/quit", "", "quit; Ctrl-D does the same", false, false, &Commands::Quit},
  };
  return kTable;
}

void Commands::Run(std::string_view typed) {
  // JSON must be UTF-8, whatever the caller was given.
  line_ = RepairUtf8(typed);
  const std::string_view line = line_;
  if (Trim(line).empty()) return;
  if (line.starts_with("//")) return session_.Say(line.substr(1));
  if (!LooksLikeCommand(line)) return session_.Say(line);
  std::string_view argument = line;
  const std::string_view name = TakeWord(argument);
  const auto command = std::ranges::find(Table(), name, &Command::name);
  if (command == Table().end()) {
    return Complain("unknown command " + std::string(name) +
                    "; /help lists them. Press Up to edit the line; //TEXT sends /TEXT");
  }
  if (command->wants_argument && argument.empty()) return Usage(*command);
  if (command->wants_room && session_.current() == nullptr) {
    return Complain("you are not in a room; join one with /join ROOM");
  }
  (this->*command->run)(*command, argument);
}

void Commands::RunFound() {
  while (const std::optional<std::string> line = session_.people().TakeLine()) {
    looked_up_ = true;
    Run(*line);
    looked_up_ = false;
    session_.people().Forget();
  }
}

std::vector<Notice> Commands::TakeAnswers() {
  return std::exchange(answers_, {});
}

std::vector<std::string> Commands::Complete(std::string_view word, bool line_begins) const {
  std::vector<std::string> found;
  if (line_begins && word.starts_with('/')) {
    for (const Command& command : Table()) {
      if (command.name.starts_with(word)) found.emplace_back(command.name);
    }
    return found;
  }
  const Room* const room = session_.current();
  if (room == nullptr) return found;
  const std::string key = PersonKey(word);
  for (const protocol::MemberInfo* member : room->Members()) {
    if (PersonKey(member->name).starts_with(key) && member != session_.Self(*room)) {
      found.push_back(line_begins ? member->name + ":" : member->name);
    }
  }
  for (const protocol::WaitingPerson& person : room->waiting()) {
    if (!line_begins && PersonKey(person.name).starts_with(key)) found.push_back(person.name);
  }
  // It goes onto the terminal as it is. A server that lets such names in is none of ours.
  std::erase_if(found, [](const std::string& name) { return Visible(name) != name; });
  return found;
}

// --- Rooms ---

void Commands::Join(const Command& command, std::string_view argument) {
  const std::string_view room = TakeName(argument);
  if (!protocol::RoomName(room)) return Usage(command);
  session_.Enter(room, argument.empty() ? std::nullopt : std::optional(std::string(argument)));
}

void Commands::Leave(const Command&, std::string_view argument) {
  const std::string_view name = TakeName(argument);
  const Room* const room = name.empty() ? session_.current() : session_.FindRoom(name);
  if (room == nullptr) return Complain("you are not in " + std::string(name));
  session_.Leave(*room);
}

void Commands::Who(const Command&, std::string_view argument) {
  std::string_view rest = argument;
  const std::string_view name = TakeName(rest);
  const Room* const room = name.empty() ? session_.current() : session_.FindRoom(name);
  if (room == nullptr || !rest.empty()) return session_.people().List(argument);
  if (!room->joined()) return Complain("not connected; try again when the connection is back");
  const std::vector<const protocol::MemberInfo*> members = room->Members();
  Answer("in " + room->name() + ": " + std::to_string(room->count()));
  for (const protocol::MemberInfo* member : members) {
    Answer("  " + DescribeMember(*member, member == session_.Self(*room)));
  }
  if (room->count() > members.size()) {
    Answer("  and " + std::to_string(room->count() - members.size()) + " more; find them with /who WORDS");
  }
  if (!room->waiting().empty()) AnswerWhoWaits(*room);
}

void Commands::AnswerWhoWaits(const Room& room) {
  std::string names;
  for (const protocol::WaitingPerson& person : room.waiting())
    names += (names.empty() ? "" : ", ") + person.name;
  Answer(names.empty() ? "nobody is waiting to join" : "waiting to join: " + names);
}

void Commands::Rooms(const Command&, std::string_view argument) {
  session_.ShowRooms(Trim(argument));
}

void Commands::Topic(const Command& command, std::string_view argument) {
  const Room& room = *session_.current();
  if (argument.empty()) {
    return Answer(room.topic().empty() ? "there is no topic; set one with /topic TEXT"
                                       : "topic: " + room.topic());
  }
  const std::string value(argument == "-" ? std::string_view() : argument);
  session_.Moderate(protocol::Action::kTopic, std::nullopt, value, std::string(command.name));
}

void Commands::OnRoom(const Command& command, std::string_view) {
  session_.Moderate(ActionOf(command.name), std::nullopt, std::nullopt, std::string(command.name));
}

// --- Messages ---

void Commands::Msg(const Command& command, std::string_view argument) {
  const protocol::MemberInfo* const member = TakeMember(argument);
  if (member == nullptr) return;
  if (argument.empty()) return Usage(command);
  session_.Whisper(*member, argument);
}

void Commands::History(const Command& command, std::string_view argument) {
  std::size_t count = kHistoryByDefault;
  const char* const end = argument.data() + argument.size();
  if (!argument.empty()) {
    const auto [stop, error] = std::from_chars(argument.data(), end, count);
    if (error != std::errc() || stop != end || count == 0) return Usage(command);
  }
  session_.ShowOlder(count);
}

// --- Members ---

void Commands::Hand(const Command& command, std::string_view argument) {
  const protocol::MemberInfo* const self = session_.Self(*session_.current());
  if (argument.empty()) return session_.RaiseHand(self == nullptr || !self->hand);
  if (argument != "up" && argument != "down") return Usage(command);
  session_.RaiseHand(argument == "up");
}

void Commands::OnMember(const Command& command, std::string_view argument) {
  const protocol::MemberInfo* const member = TakeMember(argument);
  if (member == nullptr) return;
  if (!argument.empty()) return Usage(command);
  session_.Moderate(ActionOf(command.name), member->id, std::nullopt,
                    std::string(command.name) + " " + member->name);
}

void Commands::Ban(const Command& command, std::string_view argument) {
  const protocol::MemberInfo* const member = TakeMember(argument);
  if (member == nullptr) return;
  if (!argument.empty() && argument != "address") return Usage(command);
  std::optional<std::string> value;
  if (!argument.empty()) value = "address";
  session_.Moderate(protocol::Action::kBan, member->id, std::move(value), "/ban " + member->name);
}

// The person may have left: the server knows the name.
void Commands::Unban(const Command&, std::string_view argument) {
  const std::string name(TakeQuoted(argument).value_or(argument));
  session_.Moderate(protocol::Action::kUnban, std::nullopt, name, "/unban " + name);
}

const protocol::MemberInfo* Commands::TakeMember(std::string_view& argument) {
  const Room& room = *session_.current();
  if (!looked_up_ && session_.people().Hides(room)) {
    std::string_view rest = argument;
    const std::optional<std::string_view> quoted = TakeQuoted(rest);
    session_.people().Find(quoted.value_or(argument), quoted.has_value(), line_);
    return nullptr;
  }
  const auto* const member =
      TakeNamed(argument, [&](std::string_view name) { return room.FindByName(name); });
  if (member == nullptr) Complain("there is no one called " + std::string(argument) + " here");
  return member;
}

void Commands::OnWaiting(const Command& command, std::string_view argument) {
  const Room& room = *session_.current();
  const auto* const person =
      TakeNamed(argument, [&](std::string_view name) { return room.FindWaiting(name); });
  if (person == nullptr) return Complain("nobody called " + std::string(argument) + " is waiting to join");
  if (!argument.empty()) return Usage(command);
  session_.Moderate(ActionOf(command.name), person->id, std::nullopt,
                    std::string(command.name) + " " + person->name);
}

void Commands::Waiting(const Command& command, std::string_view argument) {
  if (argument.empty()) return AnswerWhoWaits(*session_.current());
  if (argument != "on" && argument != "off") return Usage(command);
  session_.Moderate(protocol::Action::kWaitingRoom, std::nullopt, std::string(argument),
                    std::string(command.name) + " " + std::string(argument));
}

// --- Help ---

void Commands::Help(const Command&, std::string_view argument) {
  constexpr std::size_t kColumn = 25;
  const std::string wanted =
      argument.empty() || argument.starts_with('/') ? std::string(argument) : "/" + std::string(argument);
  bool found = false;
  for (const Command& command : Table()) {
    if (!wanted.empty() && command.name != wanted) continue;
    found = true;
    std::string line = std::string(command.name) + " " + std::string(command.arguments);
    line.resize(std::max(line.size() + 1, kColumn), ' ');
    Answer(line + std::string(command.help));
  }
  if (!found) return Complain("unknown command " + wanted + "; /help lists them");
  if (wanted.empty()) Answer("Anything else is a message; //TEXT sends /TEXT.");
}

void Commands::Quit(const Command&, std::string_view) {
  quit_ = true;
}

void Commands::Answer(std::string text) {
  answers_.push_back({.kind = Notice::Kind::kInfo, .text = std::move(text)});
}

void Commands::Complain(std::string text) {
  answers_.push_back({.kind = Notice::Kind::kProblem, .text = std::move(text)});
}

void Commands::Usage(const Command& command) {
  Complain("usage: " + std::string(command.name) + " " + std::string(command.arguments) + " - " +
           std::string(command.help));
}

}  // namespace parley::client
