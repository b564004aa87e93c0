// One peer's session, for tests: what comes of its bytes.

#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/errors.h"
#include "server/dialect/session.h"

namespace parley {

// One peer's end of the line: keeps what is not consumed, as the exchange does, and notes what came of it.
class SessionPeer {
 public:
  struct Outcome {
    std::vector<std::string> notes;  // "lines", "ping", "bad_json", "http /path", ...
    std::string bytes;               // of raw chunks, together
    std::string replies;             // to commands of Telnet
    std::vector<std::string> texts;
  };

  explicit SessionPeer(bool http = false) : session_(http) {}

  void Receive(std::string_view bytes) {
    if (over_) return;  // the exchange has closed it
    kept_ += bytes;
    for (bool more = true; more;) {
      std::size_t consumed = 0;
      Session::Step step = session_.Next(kept_, consumed);
      ASSERT_LE(consumed, kept_.size());
      more = Note(step);
      kept_.erase(0, consumed);
    }
  }
  void DecideRaw() {
    session_.DecideNow(kept_);
    Receive({});
  }
  void End() {
    session_.End();
    Receive({});
  }
  void Upgrade() { session_.Upgrade(); }

  [[nodiscard]] const Outcome& outcome() const { return outcome_; }
  [[nodiscard]] const std::vector<std::string>& notes() const { return outcome_.notes; }
  [[nodiscard]] const Session& session() const { return session_; }
  [[nodiscard]] std::size_t kept() const { return kept_.size(); }

 private:
  // Whether there may be more.
  bool Note(Session::Step& step) {
    if (std::holds_alternative<Session::NeedMore>(step)) return false;
    if (const auto* decided = std::get_if<Session::Decided>(&step)) {
      static constexpr const char* kNames[] = {"undecided", "raw", "lines", "http", "websocket", "foreign"};
      outcome_.notes.emplace_back(kNames[static_cast<int>(decided->dialect)]);
    } else if (auto* chunk = std::get_if<Session::Chunk>(&step)) {
      outcome_.bytes += chunk->bytes;
      outcome_.replies += chunk->replies;
      for (std::string& text : chunk->texts) outcome_.texts.push_back(std::move(text));
    } else if (const auto* late = std::get_if<Session::TooLate>(&step)) {
      outcome_.notes.push_back("too late " + std::to_string(static_cast<int>(late->dialect)));
      over_ = true;
    } else if (const auto* asked = std::get_if<Session::Asked>(&step)) {
      NoteRequest(*asked);
    } else if (const auto* say = std::get_if<Session::Say>(&step)) {
      outcome_.notes.push_back(std::string(say->last ? "last words" : "say") + " " + say->bytes);
      return !say->last;
    } else if (const auto* broken = std::get_if<Session::Broken>(&step)) {
      outcome_.notes.push_back("broken " + std::to_string(broken->close_code));
      return false;
    } else if (const auto* request = std::get_if<HttpRequest>(&step)) {
      outcome_.notes.push_back("http " + std::string(request->target));
    } else if (const auto* bad = std::get_if<HttpBad>(&step)) {
      outcome_.notes.push_back("http " + std::to_string(bad->status));
      over_ = true;
      return false;
    }
    return !over_;
  }

  void NoteRequest(const Session::Asked& asked) {
    const std::string ref = asked.ref ? *asked.ref + ": " : "";
    if (const auto* fault = std::get_if<protocol::Fault>(&asked.body)) {
      outcome_.notes.push_back(ref + std::string(ToString(fault->code)));
      over_ = IsFatal(fault->code);
      return;
    }
    const auto& request = std::get<protocol::Request>(asked.body);
    if (const auto* message = std::get_if<protocol::Message>(&request)) {
      outcome_.notes.push_back(ref + "message " + message->text);
    } else {
      outcome_.notes.push_back(ref + (std::holds_alternative<protocol::Ping>(request) ? "ping" : "request"));
    }
  }

  Session session_;
  std::string kept_;
  Outcome outcome_;
  bool over_ = false;
};

}  // namespace parley
