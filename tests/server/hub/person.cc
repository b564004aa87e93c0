#include <gmock/gmock.h>

#include <memory>
#include <sstream>
#include <utility>

#include "tests/server/hub/house.h"

namespace parley::test {

void ReportMissing(const std::vector<std::string>& heard) {
  ADD_FAILURE() << "no such event among " << testing::PrintToString(heard);
}

Person& Person::Ref(std::string ref) {
  house_->seen_[peer_].next_ref = std::move(ref);
  return *this;
}

void Person::Ask(protocol::Request request) {
  auto ref = std::exchange(house_->seen_[peer_].next_ref, std::nullopt);
  house_->hub_.Handle(peer_, std::move(request), std::move(ref), house_->now_, house_->outbox_);
  house_->CarryOut();
}

void Person::Hello(const std::string& name) {
  protocol::Hello hello;
  hello.name = name;
  Ask(std::move(hello));
}

void Person::ComeBack(const std::string& token) {
  protocol::Hello hello;
  hello.token = token;
  Ask(std::move(hello));
}

void Person::Join(const std::string& room, std::optional<protocol::Sequence> since) {
  Ask(protocol::Join{room, {}, since});
}

void Person::JoinWith(const std::string& password, const std::string& room) {
  Ask(protocol::Join{room, password, {}});
}

void Person::Leave(const std::string& room) {
  Ask(protocol::Leave{room});
}

void Person::Say(const std::string& room, const std::string& text, std::optional<std::string> id) {
  Ask(protocol::Message{room, text, std::move(id)});
}

void Person::Whisper(const Person& to, const std::string& text) {
  Ask(protocol::Whisper{to.id(), text});
}

void Person::Signal(const std::string& room, const Person& to, const std::string& data) {
  Ask(protocol::Signal{room, to.id(), data});
}

void Person::SignalSfu(const std::string& room, const std::string& data) {
  auto read = protocol::ReadSfuSignal(data);
  ASSERT_TRUE(std::holds_alternative<protocol::SfuSignal>(read)) << std::get<std::string>(read);
  Ask(protocol::Signal{
      room, std::string(protocol::kSfu), data,
      std::make_shared<protocol::SfuSignal>(std::get<protocol::SfuSignal>(std::move(read)))});
}

void Person::Show(const std::string& room, const std::string& flags) {
  protocol::State state;
  state.room = room;
  std::istringstream words(flags);
  for (std::string word; words >> word;) {
    const bool on = !word.starts_with('-');
    const std::string name = on ? word : word.substr(1);
    if (name == "call") state.call = on;
    if (name == "audio") state.audio = on;
    if (name == "video") state.video = on;
    if (name == "screen") state.screen = on;
    if (name == "hand") state.hand = on;
  }
  Ask(std::move(state));
}

void Person::Moderate(const std::string& room, protocol::Action action, const Person& whom) {
  Ask(protocol::Moderate{room, action, whom.id(), {}});
}

void Person::Moderate(const std::string& room, protocol::Action action, std::optional<std::string> value) {
  Ask(protocol::Moderate{room, action, {}, std::move(value)});
}

void Person::Allow(const std::string& room, const std::string& what) {
  protocol::AllowChange change;
  std::istringstream words(what);
  for (std::string word; words >> word;) {
    const bool on = !word.starts_with('-');
    const std::string name = on ? word : word.substr(1);
    if (name == "microphone") change.microphone = on;
    if (name == "camera") change.camera = on;
    if (name == "screen") change.screen = on;
    if (name == "chat") change.chat = on;
  }
  Ask(protocol::Moderate{room, protocol::Action::kAllow, {}, {}, change});
}

void Person::SendRaw(std::string_view bytes, std::vector<std::string> texts) {
  house_->hub_.HandleRaw(peer_, bytes, std::move(texts), house_->now_, house_->outbox_);
  house_->CarryOut();
}

void Person::StopsSending() {
  house_->hub_.StopsSending(peer_, house_->now_, house_->outbox_);
  house_->CarryOut();
}

void Person::Vanish(std::string_view reason) {
  house_->hub_.Disconnect(peer_, reason, house_->now_, house_->outbox_);
  house_->CarryOut();
}

std::vector<std::string> Person::Hears() {
  return house_->Drain(peer_);
}

std::string Person::KindOfReply(const std::string& ref) {
  std::string kinds;
  for (const auto& heard : house_->seen_[peer_].events) {
    if (heard.ref == ref) kinds += (kinds.empty() ? "" : ", ") + KindOf(heard.event);
  }
  Hears();
  return kinds;
}

std::string Person::id() const {
  return house_->seen_[peer_].id;
}

std::string Person::token() const {
  return house_->seen_[peer_].token;
}

}  // namespace parley::test
