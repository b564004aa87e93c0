// The commands with which a host leads a call: /quiet, /stop, /allow and /end.

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "client/ui/commands.h"

namespace parley::client {
namespace {

struct Allowable {
  std::string_view name;
  std::optional<bool> protocol::AllowChange::*flag;
};
constexpr std::array kAllowable = {
    Allowable{"microphone", &protocol::AllowChange::microphone},
    Allowable{"camera", &protocol::AllowChange::camera},
    Allowable{"screen", &protocol::AllowChange::screen},
    Allowable{"chat", &protocol::AllowChange::chat},
};

}  // namespace

void Commands::Quiet(const Command& command, std::string_view argument) {
  const std::string name(command.name);
  if (argument.empty()) return session_.Moderate(protocol::Action::kQuiet, std::nullopt, std::nullopt, name);
  const protocol::MemberInfo* const member = TakeMember(argument);
  if (member == nullptr) return;
  if (!argument.empty()) return Usage(command);
  session_.Moderate(protocol::Action::kQuiet, member->id, std::nullopt, name + " " + member->name);
}

void Commands::Stop(const Command& command, std::string_view argument) {
  const protocol::MemberInfo* const member = TakeMember(argument);
  if (member == nullptr) return;
  if (argument != "camera" && argument != "screen") return Usage(command);
  session_.Moderate(protocol::Action::kStop, member->id, std::string(argument),
                    std::string(command.name) + " " + member->name);
}

void Commands::Allow(const Command& command, std::string_view argument) {
  if (argument.empty()) {
    const std::string forbidden = DescribeForbidden(session_.current()->allow());
    return Answer(forbidden.empty() ? "members may use microphone, camera, screen and chat"
                                    : "for hosts only: " + forbidden);
  }
  const std::size_t space = argument.find(' ');
  const auto* const what = std::ranges::find(kAllowable, argument.substr(0, space), &Allowable::name);
  const std::string_view how = space == std::string_view::npos ? "" : argument.substr(space + 1);
  if (what == kAllowable.end() || (how != "on" && how != "off")) return Usage(command);
  protocol::AllowChange change;
  change.*what->flag = how == "on";
  session_.Moderate(protocol::Action::kAllow, std::nullopt, std::nullopt,
                    std::string(command.name) + " " + std::string(argument), change);
}

void Commands::End(const Command& command, std::string_view argument) {
  if (!argument.empty() && argument != "room") return Usage(command);
  std::optional<std::string> value;
  if (!argument.empty()) value = std::string(argument);
  session_.Moderate(protocol::Action::kEnd, std::nullopt, std::move(value), std::string(command.name));
}

}  // namespace parley::client
