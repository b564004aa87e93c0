#include "server/store/apply_change.h"

#include <variant>

#include "common/base/limits.h"

namespace parley {
namespace {

constexpr Verdict kChanged{.changed = true};
constexpr Verdict kAsWanted{};

Verdict Refused(ErrorCode code) {
  return {.refused = code};
}

struct Judge {
  const Change& change;
  const std::string& who;
  WallTime now;
  StoredMessage& message;

  [[nodiscard]] bool OwnsOrLeads() const { return message.facts().author_key == who || change.leads; }

  Verdict operator()(const Change::Edit& edit) const {
    const StoredMessage::Facts& facts = message.facts();
    if (facts.author_key != who) return Refused(ErrorCode::kForbidden);
    if (facts.poll || (edit.text.empty() && !facts.has_file)) return Refused(ErrorCode::kBadMessage);
    if (facts.text == edit.text) return kAsWanted;
    message.SetText(edit.text, now);
    return kChanged;
  }
  Verdict operator()(const Change::Delete& /*what*/) const {
    if (!OwnsOrLeads()) return Refused(ErrorCode::kForbidden);
    message.Erase();
    return kChanged;
  }
  Verdict operator()(const Change::React& reaction) const {
    if (message.Reacts(reaction.emoji, who) == reaction.on) return kAsWanted;
    if (reaction.on && message.EmojiCount() >= limits::kReactionEmoji && !message.HasEmoji(reaction.emoji)) {
      return Refused(ErrorCode::kBadMessage);
    }
    message.SetReaction(reaction.emoji, who, reaction.on);
    return kChanged;
  }
  Verdict operator()(const Change::Vote& vote) const {
    const auto& poll = message.facts().poll;
    if (!poll) return Refused(ErrorCode::kNoSuchMessage);
    if (poll->closed) return Refused(ErrorCode::kPollClosed);
    const bool too_many = vote.choices.size() > 1 && !poll->multiple;
    if (too_many || (!vote.choices.empty() && vote.choices.back() >= poll->options)) {
      return Refused(ErrorCode::kBadMessage);
    }
    if (message.ChoicesOf(who) == vote.choices) return kAsWanted;
    message.SetChoices(who, vote.choices);
    return kChanged;
  }
  Verdict operator()(const Change::ClosePoll& /*what*/) const {
    const auto& poll = message.facts().poll;
    if (!poll) return Refused(ErrorCode::kNoSuchMessage);
    if (!OwnsOrLeads()) return Refused(ErrorCode::kForbidden);
    if (poll->closed) return kAsWanted;
    message.ClosePoll();
    return kChanged;
  }
};

}  // namespace

Verdict Apply(const Change& change, const std::string& who, WallTime now, StoredMessage& message) {
  if (message.facts().deleted) return Refused(ErrorCode::kNoSuchMessage);
  return std::visit(Judge{change, who, now, message}, change.what);
}

}  // namespace parley
