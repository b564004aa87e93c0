// The server's side of a conversation with a session under test, without a socket: writes events as the
// server would, reads what the session wants sent.

#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "common/protocol/event.h"
#include "common/protocol/request.h"

namespace parley::client::test {

template <typename SessionType>
class Conversation {
 public:
  explicit Conversation(SessionType& session) : session_(session) {}

  // The next request, which must be a T. Its `ref` is what Reply() answers.
  template <typename T>
  T Expect() {
    Fetch();
    if (requests_.empty()) {
      ADD_FAILURE() << "nothing was sent";
      return {};
    }
    protocol::DecodedRequest decoded = protocol::DecodeRequest(requests_.front());
    line_ = std::move(requests_.front());
    requests_.pop_front();
    ref_ = decoded.ref;
    const auto* const request = std::get_if<protocol::Request>(&decoded.body);
    const T* const wanted = request == nullptr ? nullptr : std::get_if<T>(request);
    if (wanted != nullptr) return *wanted;
    ADD_FAILURE() << "another request was sent: " << line_;
    return {};
  }
  // Whether nothing waits to be sent.
  bool Silent() {
    Fetch();
    return requests_.empty();
  }
  void Forget() {
    Fetch();
    requests_.clear();
  }

  void Tell(const protocol::Event& event) { session_.Receive(protocol::EncodeEvent(event)); }
  // To the request that Expect() gave last.
  void Reply(const protocol::Event& event) { session_.Receive(protocol::EncodeEvent(event, ref_)); }
  void ReplyTo(const std::optional<std::string>& ref, const protocol::Event& event) {
    session_.Receive(protocol::EncodeEvent(event, ref));
  }
  const std::optional<std::string>& ref() const { return ref_; }
  const std::string& line() const { return line_; }

 private:
  void Fetch() {
    std::string sent = session_.TakeOutgoing();
    for (std::size_t end = sent.find('\n'); end != std::string::npos; end = sent.find('\n')) {
      requests_.push_back(sent.substr(0, end));
      sent.erase(0, end + 1);
    }
    EXPECT_EQ(sent, "") << "a line without its newline";
  }

  SessionType& session_;
  std::deque<std::string> requests_;
  std::optional<std::string> ref_;
  std::string line_;
};

inline protocol::Welcome WelcomeAs(std::string id, std::string name, std::string token = "token") {
  protocol::Welcome welcome;
  welcome.server = "test";
  welcome.id = std::move(id);
  welcome.name = std::move(name);
  welcome.token = std::move(token);
  return welcome;
}

inline protocol::MessageEvent MessageFrom(std::string id, std::string name, protocol::Sequence seq,
                                          std::string text, std::string room = "lobby") {
  protocol::MessageEvent message;
  message.room = std::move(room);
  message.seq = seq;
  message.from = {std::move(id), std::move(name)};
  message.text = std::move(text);
  return message;
}

// One of Bob, whose text is its number.
inline protocol::MessageEvent NumberedMessage(protocol::Sequence seq) {
  return MessageFrom("b", "bob", seq, std::to_string(seq));
}

inline protocol::MemberInfo MemberCalled(std::string name) {
  protocol::MemberInfo member;
  member.id = "id-of-" + name;
  member.name = std::move(name);
  return member;
}

inline protocol::Joined JoinedTo(std::string room, protocol::Sequence last,
                                 std::vector<protocol::MessageEvent> messages = {}) {
  protocol::Joined joined;
  joined.room = std::move(room);
  joined.last = last;
  joined.messages = std::move(messages);
  return joined;
}

inline protocol::Ok OkFor(const protocol::Message& message, protocol::Sequence seq) {
  protocol::Ok ok;
  ok.room = message.room;
  ok.seq = seq;
  return ok;
}

inline protocol::Error ErrorOf(ErrorCode code, std::string text = "text") {
  return {code, std::move(text)};
}

}  // namespace parley::client::test
