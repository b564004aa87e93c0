// TerminalMode is chat on a terminal: a prompt, commands, and messages as they arrive.
//
// It has more than 12 members because it puts the parts of a terminal client together.

#pragma once

#include <optional>
#include <string>

#include "client/chat/server_lines.h"
#include "client/chat/session.h"
#include "client/modes/mode.h"
#include "client/modes/transfers.h"
#include "client/ui/bell.h"
#include "client/ui/commands.h"
#include "client/ui/terminal.h"
#include "client/ui/view.h"

namespace parley::client {

class TerminalMode : public Mode {
 public:
  struct Look {
    bool bell;     // it rings where somebody asks for the person
    bool numbers;  // see View
  };
  // `waker`: see Terminal. `connecting`: for files.
  TerminalMode(Session::Settings settings, const Endpoint& server, Look look, Waker& waker,
               Connecting connecting);

  void Connected() override;
  void Disconnected(const std::string& why) override;
  bool Receive(ByteQueue& incoming) override;
  std::string TakeOutgoing() override { return session_.TakeOutgoing(); }
  [[nodiscard]] bool settled() const override { return session_.greeted(); }
  bool Ping() override;
  [[nodiscard]] bool AwaitsAnswer() const override { return session_.AwaitsAnswer(); }
  std::optional<std::chrono::seconds> TakeRetryAfter() override { return session_.TakeRetryAfter(); }
  [[nodiscard]] bool WantsInput(std::size_t) const override { return !leaving_; }
  void ReadInput() override { terminal_.Read(); }
  void Turn(const Now& now) override;
  void UseSelector(Selector& selector) override { transfers_.UseSelector(selector); }
  void OnReady(const Selector::Ready& ready, MonotonicTime now) override { transfers_.OnReady(ready, now); }
  [[nodiscard]] std::optional<MonotonicTime> deadline() const override;
  [[nodiscard]] bool patient() const override { return true; }
  [[nodiscard]] bool shows_connection() const override { return true; }
  void Stop() override { leaving_ = true; }
  std::optional<int> Finish(std::size_t unsent) override;
  void Abandon() override { terminal_.Leave(); }
  bool SayGoodbye() override;

 private:
  void Say(std::string text);
  void Complain(std::string text);
  void CarryFiles();
  void Print(const std::vector<Notice>& notices);

  Session session_;
  ServerLines server_lines_;
  Commands commands_;
  View view_;
  Terminal terminal_;
  Bell bell_;
  Transfers transfers_;
  std::string server_;
  Now now_{};

  bool told_connected_ = false;
  bool told_lost_ = false;
  bool leaving_ = false;
  std::optional<MonotonicTime> leave_by_;
};

}  // namespace parley::client
