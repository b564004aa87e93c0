#include "tests/support/bystanders.h"

#include <algorithm>

#include "tests/support/deadline.h"

namespace parley::test {
namespace {

constexpr std::string_view kRoom = "bystanders";
// They stay under the pace of --rate.
constexpr std::chrono::milliseconds kRest{10};

std::string Hello(const char* name) {
  return Object("hello", {{"protocol", 1}, {"name", name}});
}

}  // namespace

Bystanders::Bystanders(const ServerProcess& server)
    : lines_(server.port()), web_(TlsPeer(server.tls_port())), tls_(server.tls_port()) {
  people_ = {
      {[this](const std::string& text) { lines_.SendLine(text); }, [this] { return lines_.ReceiveLine(); }},
      {[this](const std::string& text) { web_.SendFrame(WebPeer::kText, text); },
       [this] { return web_.NextFrame().payload; }},
      {[this](const std::string& text) { tls_.Send(text + "\n"); },
       [this] { return tls_.ReceiveThrough("\n"); }}};
  if (web_.Upgrade("localhost").status != 101) throw Failure("there is no WebSocket for the bystander");
  const char* const names[] = {"Line bystander", "Web bystander", "TLS bystander"};
  for (std::size_t i = 0; i < people_.size(); ++i) {
    people_[i].send(Hello(names[i]));
    NextOf(people_[i], "welcome");
    people_[i].send(Object("join", {{"room", kRoom}}));
    NextOf(people_[i], "joined");
  }
  thread_ = std::thread([this] { Talk(); });
}

Bystanders::~Bystanders() {
  stop_ = true;
  if (thread_.joinable()) thread_.join();
}

Json Bystanders::NextOf(const Person& person, std::string_view type) {
  for (;;) {
    const std::string text = person.next();
    if (text.empty()) throw Failure("a bystander was disconnected");
    Json message = Json::Parse(text);
    if (message["type"] == type) return message;
    if (message["type"] == "error") throw Failure("a bystander got " + text);
    if (message["type"] == "message")
      throw Failure("a bystander got a message that was not its turn: " + text);
  }
}

void Bystanders::Talk() {
  try {
    for (std::size_t i = 0; !stop_; ++i) {
      Round(i % people_.size());
      ++said_;
      std::this_thread::sleep_for(kRest);
    }
  } catch (...) {
    wrong_ = std::current_exception();
  }
  ended_ = true;
}

void Bystanders::Round(std::size_t speaker) {
  const auto begin = std::chrono::steady_clock::now();
  const std::string text = "word " + std::to_string(times_.size());
  people_[speaker].send(Object("message", {{"room", kRoom}, {"text", text}}));
  const std::size_t seq = times_.size() + 1;
  for (std::size_t i = 0; i < people_.size(); ++i) {
    const Json heard = NextOf(people_[i], i == speaker ? "ok" : "message");
    if (heard["seq"] != seq) throw Failure("not the next message: " + heard.raw());
    if (i != speaker && heard["text"] != text) throw Failure("another message than was sent: " + heard.raw());
  }
  times_.push_back(std::chrono::ceil<std::chrono::microseconds>(std::chrono::steady_clock::now() - begin));
}

void Bystanders::TalkOn(std::size_t messages) {
  const Deadline deadline;
  const std::size_t until = said_ + messages;
  while (said_ < until) {
    if (ended_) Stop();
    if (deadline.MillisecondsLeft() == 0) throw Failure("the bystanders' talk does not go on");
    std::this_thread::sleep_for(kRest);
  }
}

Bystanders::Latency Bystanders::Stop() {
  stop_ = true;
  if (thread_.joinable()) thread_.join();
  if (wrong_) std::rethrow_exception(wrong_);
  if (times_.empty()) throw Failure("the bystanders said nothing");
  std::vector<std::chrono::microseconds> sorted = times_;
  std::ranges::sort(sorted);
  return {sorted.size(), sorted[sorted.size() / 2], sorted[sorted.size() * 99 / 100], sorted.back()};
}

}  // namespace parley::test
