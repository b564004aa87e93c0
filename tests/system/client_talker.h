// A chat_client that a test lets talk in the room `lab` while its server or its network comes and goes: in a
// pipe it tells what it heard, with --json which of its messages were acknowledged.

#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/json.h"
#include "tests/support/process.h"

namespace parley::test {

class ClientTalker {
 public:
  enum class Mode { kPipe, kJson };

  // `command`: the client's program and its server; the rest is added.
  ClientTalker(std::vector<std::string> command, Mode mode, std::string name)
      : mode_(mode), name_(std::move(name)), client_(Options(std::move(command), mode, name_)) {}

  void Say() {
    const std::string id = name_ + "-" + std::to_string(++said_);
    if (mode_ == Mode::kPipe) return client_.Write(id + "\n");
    client_.Write(R"({"type":"message","room":"lab","text":")" + id + R"(","id":")" + id + R"(","ref":")" +
                  id + "\"}\n");
  }

  // Until it has heard, or has acknowledged, so many more.
  void Await(std::size_t count) {
    for (const std::size_t goal = signs() + count; signs() < goal;) TakeSign();
  }
  // What it has heard in a pipe, or what it was acknowledged with --json.
  [[nodiscard]] std::size_t signs() const { return heard_.size() + acknowledged_.size(); }
  [[nodiscard]] std::size_t said() const { return said_; }
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] bool hears() const { return mode_ == Mode::kPipe; }

  // That it ends well, and that all it said and heard agrees with what the room holds.
  void ExpectAllWasWell(const std::vector<Json>& history) {
    std::vector<std::string> own, of_others;
    for (const Json& message : history) {
      const bool is_own = message["from"]["name"] == name_;
      (is_own ? own : of_others)
          .push_back(is_own ? message["text"].Text()
                            : message["from"]["name"].Text() + ": " + message["text"].Text());
    }
    std::vector<std::string> wanted;
    for (std::size_t i = 1; i <= said_; ++i) wanted.push_back(name_ + "-" + std::to_string(i));
    EXPECT_EQ(own, wanted);
    Await((hears() ? of_others.size() : said_) - signs());
    client_.CloseStdin();
    EXPECT_EQ(client_.WaitForExit(), 0) << name_;
    EXPECT_EQ(WithoutWaiting(client_.err().TakeAll()), "") << name_;
    if (hears()) {
      EXPECT_EQ(client_.out().TakeAll(), "") << "more than was said";
      EXPECT_EQ(heard_, of_others);
    }
    for (const auto& [id, seq] : acknowledged_) {
      EXPECT_EQ(history.at(static_cast<std::size_t>(seq) - 1)["text"], id) << "the `ok` of " << id;
    }
  }

 private:
  // What it says while a server takes seconds to come back is well, too.
  static std::string WithoutWaiting(const std::string& lines) {
    std::istringstream all(lines);
    std::string others;
    for (std::string line; std::getline(all, line);) {
      if (!line.starts_with("chat_client: waiting for a connection to ")) others += line + '\n';
    }
    return others;
  }
  static std::vector<std::string> Options(std::vector<std::string> command, Mode mode,
                                          const std::string& name) {
    command.insert(command.end(), {"--name", name, "--room", "lab"});
    if (mode == Mode::kJson) command.emplace_back("--json");
    return command;
  }

  void TakeSign() {
    std::string line = client_.out().TakeLine();
    if (hears()) return heard_.push_back(std::move(line));
    const Json object = Json::Parse(std::move(line));
    ASSERT_NE(object["type"], "error") << object;
    if (object["type"] != "ok") return;
    const bool first = acknowledged_.emplace(object["ref"].Text(), object["seq"].Number()).second;
    ASSERT_TRUE(first) << "acknowledged twice: " << object;
  }

  Mode mode_;
  std::string name_;
  Process client_;
  std::size_t said_ = 0;
  std::vector<std::string> heard_;
  std::map<std::string, std::int64_t> acknowledged_;
};

}  // namespace parley::test
