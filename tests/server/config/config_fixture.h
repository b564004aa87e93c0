// Reads configurations as chat_server does: from a command line, the environment and a file.

#pragma once

#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "server/config/config.h"

namespace parley {

// Each test begins with none of the server's variables in the environment, and leaves none.
class ConfigTest : public testing::Test {
 protected:
  ConfigTest() { Clear(); }
  ~ConfigTest() override {
    Clear();
    if (!file_.empty()) unlink(file_.c_str());
  }
  ConfigTest(const ConfigTest&) = delete;
  ConfigTest& operator=(const ConfigTest&) = delete;

  static std::variant<Config, EndNow> Read(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "chat_server");
    std::vector<const char*> argv;
    for (const std::string& argument : arguments) argv.push_back(argument.c_str());
    return ReadConfig(static_cast<int>(argv.size()), argv.data());
  }
  static Config Good(const std::vector<std::string>& arguments) {
    auto result = Read(arguments);
    if (const auto* end = std::get_if<EndNow>(&result)) ADD_FAILURE() << end->text;
    return std::holds_alternative<Config>(result) ? std::get<Config>(result) : Config();
  }
  // What is wrong with them: the line for stderr.
  static std::string Wrong(const std::vector<std::string>& arguments) {
    const auto result = Read(arguments);
    if (!std::holds_alternative<EndNow>(result)) return "nothing is wrong";
    const EndNow& end = std::get<EndNow>(result);
    EXPECT_EQ(end.status, 2);
    EXPECT_THAT(end.text, testing::AllOf(testing::StartsWith("chat_server: "), testing::EndsWith("\n")));
    EXPECT_EQ(std::ranges::count(end.text, '\n'), 1) << "one line: " << end.text;
    return end.text;
  }
  static std::string Door(const std::optional<Endpoint>& door) { return door ? ToString(*door) : "off"; }
  static void Set(const char* name, const char* value) { setenv(name, value, 1); }
  // A config file with this text, and its path.
  std::string File(const std::string& text) {
    file_ = testing::TempDir() + "parley_config_test_" + std::to_string(getpid());
    std::ofstream(file_) << text;
    return file_;
  }

 private:
  static void Clear() {
    for (const char* name :
         {"PARLEY_PLAIN", "PARLEY_TLS", "PARLEY_DATA", "PARLEY_MEMORY", "PARLEY_PROXY", "PARLEY_RATE",
          "PARLEY_ICE", "PARLEY_CONFIG", "PARLEY_DURABILITY", "PARLEY_JWT_KEY", "PARLEY_GUESTS",
          "PARLEY_JOURNAL", "PARLEY_ROOMS", "PARLEY_LOG_LEVEL", "PARLEY_FILE_SIZE", "PARLEY_MEDIA",
          "PARLEY_MEDIA_PORT", "PARLEY_MEDIA_ADDRESS", "XDG_DATA_HOME"}) {
      unsetenv(name);
    }
    setenv("HOME", "/home/ana", 1);
  }
  std::string file_;
};

}  // namespace parley
