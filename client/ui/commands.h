// Commands holds what a person can type: `/join`, `/leave` and so on, in one table. Anything else is a
// message.
//
// It works on a Session. It has more functions than other classes: one for each command or kind of command.
// Answers that need no server go to `answers`. Owned by the terminal mode.

#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "client/chat/notice.h"
#include "client/chat/session.h"

namespace parley::client {

// `text` without the spaces around it.
std::string_view Trim(std::string_view text);

class Commands {
 public:
  // `session` must outlive this object.
  explicit Commands(Session& session) : session_(session) {}

  // One line as it was typed. A slash and a word of letters is a command, known or not; anything else is a
  // message, and `//text` is the message `/text`.
  void Run(std::string_view typed);
  // Runs the lines again whose people the server has found (People).
  void RunFound();

  // `/quit` was typed.
  [[nodiscard]] bool quit() const { return quit_; }
  std::vector<Notice> TakeAnswers();

  // The completions of `word`: names of members of the current room and, if the line begins with it,
  // commands.
  [[nodiscard]] std::vector<std::string> Complete(std::string_view word, bool line_begins) const;

  struct Command {
    std::string_view name;       // with its slash
    std::string_view arguments;  // for people; capitals are placeholders, brackets mean it may be missing
    std::string_view help;
    bool wants_argument;
    bool wants_room;  // the current one
    void (Commands::*run)(const Command& command, std::string_view argument);
  };
  static std::span<const Command> Table();

 private:
  void Join(const Command& command, std::string_view argument);
  void Leave(const Command& command, std::string_view argument);
  void Who(const Command& command, std::string_view argument);
  void Msg(const Command& command, std::string_view argument);
  void History(const Command& command, std::string_view argument);
  void Reply(const Command& command, std::string_view argument);
  void Edit(const Command& command, std::string_view argument);
  void Delete(const Command& command, std::string_view argument);
  void React(const Command& command, std::string_view argument);
  void Poll(const Command& command, std::string_view argument);
  void Vote(const Command& command, std::string_view argument);
  void ClosePoll(const Command& command, std::string_view argument);
  void Search(const Command& command, std::string_view argument);
  void Code(const Command& command, std::string_view argument);
  void Send(const Command& command, std::string_view argument);
  void Get(const Command& command, std::string_view argument);
  void Topic(const Command& command, std::string_view argument);
  void Hand(const Command& command, std::string_view argument);
  void OnMember(const Command& command, std::string_view argument);
  void Ban(const Command& command, std::string_view argument);
  void Unban(const Command& command, std::string_view argument);
  void Quiet(const Command& command, std::string_view argument);
  void Stop(const Command& command, std::string_view argument);
  void Allow(const Command& command, std::string_view argument);
  void End(const Command& command, std::string_view argument);
  void OnRoom(const Command& command, std::string_view argument);
  void OnWaiting(const Command& command, std::string_view argument);
  void Waiting(const Command& command, std::string_view argument);
  void Rooms(const Command& command, std::string_view argument);
  void Help(const Command& command, std::string_view argument);
  void Quit(const Command& command, std::string_view argument);

  // The name that `argument` begins with, taken off it. Null where nobody here has it, and a problem is told;
  // or where the server is asked first, and the line is run again.
  const protocol::MemberInfo* TakeMember(std::string_view& argument);
  // The message that `argument` begins with the number of, taken off it. Nothing, and a problem is told,
  // where there is none.
  std::optional<protocol::Sequence> TakeNumber(const Command& command, std::string_view& argument);
  void AnswerWhoWaits(const Room& room);
  void Answer(std::string text);
  void Complain(std::string text);
  void Usage(const Command& command);

  Session& session_;
  std::string line_;        // the one that is run
  bool looked_up_ = false;  // the server was asked for its people
  std::vector<Notice> answers_;
  bool quit_ = false;
};

}  // namespace parley::client
