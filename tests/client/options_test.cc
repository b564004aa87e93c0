#include "client/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

namespace parley::client {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class OptionsTest : public ::testing::Test {
 protected:
  OptionsTest() {
    std::string name = (std::filesystem::temp_directory_path() / "parley-options-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~OptionsTest() override { std::filesystem::remove_all(folder_); }

  std::variant<Options, EarlyEnd> Run(const std::vector<std::string>& arguments) const {
    Surroundings surroundings;
    surroundings.login_name = login_name_;
    surroundings.environment = [this](const std::string& name) -> std::optional<std::string> {
      const auto found = environment_.find(name);
      return found == environment_.end() ? std::nullopt : std::optional(found->second);
    };
    return ParseOptions(arguments, surroundings);
  }
  Options Parse(const std::vector<std::string>& arguments) const {
    auto parsed = Run(arguments);
    if (const auto* const end = std::get_if<EarlyEnd>(&parsed)) {
      ADD_FAILURE() << end->text;
      return {};
    }
    return std::get<Options>(parsed);
  }
  // That these end the program with 2 and one line that has `part` in it.
  void ExpectUnusable(const std::vector<std::string>& arguments, const std::string& part) const {
    auto parsed = Run(arguments);
    const auto* const end = std::get_if<EarlyEnd>(&parsed);
    ASSERT_NE(end, nullptr) << part;
    EXPECT_EQ(end->status, 2);
    EXPECT_THAT(end->text, AllOf(StartsWith("chat_client: "), HasSubstr(part), EndsWith("\n")));
    EXPECT_EQ(std::count(end->text.begin(), end->text.end(), '\n'), 1);
  }
  std::string Config(const std::string& text) const {
    std::ofstream(folder_ / "config") << text;
    return folder_ / "config";
  }

  std::filesystem::path folder_;
  std::map<std::string, std::string> environment_;
  std::string login_name_ = "ann";
};

TEST_F(OptionsTest, DefaultsAreTheLobbyOfThisMachineUnderTheLoginName) {
  const Options options = Parse({});
  EXPECT_EQ(options.server, (Endpoint{"localhost", 8080}));
  EXPECT_EQ(options.room, "lobby");
  EXPECT_EQ(options.name, "ann");
  EXPECT_FALSE(options.user || options.password_file || options.token_file || options.raw || options.json);
  EXPECT_TRUE(options.bell);
}

TEST_F(OptionsTest, TakesTheServerWithOrWithoutPort) {
  EXPECT_EQ(Parse({"example.org"}).server, (Endpoint{"example.org", 8080}));
  EXPECT_EQ(Parse({"example.org:9"}).server, (Endpoint{"example.org", 9}));
  EXPECT_EQ(Parse({"[::1]:9"}).server, (Endpoint{"::1", 9}));
  EXPECT_EQ(Parse({"::1"}).server, (Endpoint{"::1", 8080}));
  ExpectUnusable({"host:port"}, "'host:port' is not a server address");
  ExpectUnusable({"host:0"}, "not a server address");
  ExpectUnusable({"one", "8080"}, "write one, as HOST or HOST:PORT");
}

TEST_F(OptionsTest, TlsHasAPortOfItsOwnAndWhomToTrust) {
  const std::string fingerprint(64, 'a');
  EXPECT_FALSE(Parse({}).tls);
  EXPECT_TRUE(Parse({"--tls"}).tls);
  EXPECT_EQ(Parse({"--tls"}).server, (Endpoint{"localhost", 8443}));
  EXPECT_EQ(Parse({"--tls", "example.org:9"}).server.port, 9);
  EXPECT_EQ(Parse({"--tls", "--ca", "ca.pem"}).ca_file, "ca.pem");
  EXPECT_EQ(Parse({"--tls", "--pin", fingerprint}).pin, fingerprint);
  environment_["PARLEY_TLS"] = "yes";
  EXPECT_EQ(Parse({}).server.port, 8443);
  ExpectUnusable({"--pin", "abc"}, "64 hex digits");
  ExpectUnusable({"--pin", fingerprint, "--ca", "ca.pem"}, "exclude each other");
  environment_.clear();
  ExpectUnusable({"--ca", "ca.pem"}, "need --tls");
}

TEST_F(OptionsTest, TakesEveryOption) {
  const Options options = Parse({"--room", "dev", "--user=ann", "--password-file", "f", "--json", "host"});
  EXPECT_EQ(options.room, "dev");
  EXPECT_EQ(options.user, "ann");
  EXPECT_EQ(options.password_file, "f");
  EXPECT_TRUE(options.json);
  EXPECT_EQ(options.server.host, "host");
  EXPECT_EQ(Parse({"--token-file", "t"}).token_file, "t");
  EXPECT_TRUE(Parse({"--raw"}).raw);
  EXPECT_FALSE(Parse({"--no-bell"}).bell);
}

TEST_F(OptionsTest, AByteOrderMarkAtTheBeginningOfTheFileIsSkipped) {
  EXPECT_EQ(Parse({"--config", Config("\xEF\xBB\xBFroom = after a mark\n")}).room, "after a mark");
}

TEST_F(OptionsTest, TheCommandLineWinsThenTheEnvironmentThenTheFile) {
  const std::string config = Config("# mine\n\nroom = from file\nname=file\n raw = yes \n");
  EXPECT_EQ(Parse({"--config", config}).room, "from file");
  EXPECT_EQ(Parse({"--config", config}).name, "file");
  EXPECT_TRUE(Parse({"--config", config}).raw);
  environment_["PARLEY_ROOM"] = "from environment";
  environment_["PARLEY_NAME"] = "";  // as good as none
  environment_["PARLEY_RAW"] = "no";
  EXPECT_EQ(Parse({"--config", config}).room, "from environment");
  EXPECT_EQ(Parse({"--config", config}).name, "file");
  EXPECT_FALSE(Parse({"--config", config}).raw);
  EXPECT_EQ(Parse({"--config", config, "--room", "mine"}).room, "mine");
}

TEST_F(OptionsTest, EveryOptionHasItsVariable) {
  environment_ = {{"PARLEY_USER", "u"}, {"PARLEY_PASSWORD_FILE", "p"}, {"PARLEY_JSON", "1"}};
  const Options options = Parse({});
  EXPECT_EQ(options.user, "u");
  EXPECT_EQ(options.password_file, "p");
  EXPECT_TRUE(options.json);
  environment_ = {{"PARLEY_TOKEN_FILE", "t"}};
  EXPECT_EQ(Parse({}).token_file, "t");
  environment_ = {{"PARLEY_CONFIG", Config("room = dev")}};
  EXPECT_EQ(Parse({}).room, "dev");
}

TEST_F(OptionsTest, AValueMayBeLong) {
  const std::string path(1'000'000, 'a');
  EXPECT_EQ(Parse({"--token-file=" + path}).token_file, path);
}

TEST_F(OptionsTest, TellsWhatIsWrongAndWhereItStands) {
  ExpectUnusable({"--colour"}, "colour");
  ExpectUnusable({"--room"}, "room");
  ExpectUnusable({"--room="}, "--room is empty");
  ExpectUnusable({"--config", "/nonexistent"}, "can't read the configuration file /nonexistent");
  ExpectUnusable({"--config", Config("room = a\nroom b\n")}, "line 2: write `name = value`");
  ExpectUnusable({"--config", Config("colour = red\n")}, "line 1: there is no option 'colour'");
  ExpectUnusable({"--config", Config("\nraw = perhaps\n")}, "line 2 (raw): 'perhaps' is not yes or no");
  environment_["PARLEY_RAW"] = "perhaps";
  ExpectUnusable({}, "PARLEY_RAW: 'perhaps' is not yes or no");
}

TEST_F(OptionsTest, RefusesWhatExcludesEachOther) {
  ExpectUnusable({"--raw", "--json"}, "exclude each other");
  ExpectUnusable({"--user", "u", "--token-file", "t"}, "exclude each other");
  ExpectUnusable({"--password-file", "p"}, "needs --user");
}

TEST_F(OptionsTest, RefusesNamesThatCantBe) {
  ExpectUnusable({"--room", "a/b"}, "is not a room name");
  ExpectUnusable({"--name", std::string(33, 'x')}, "is not a valid name");
  ExpectUnusable({"--name", "a\033b"}, "'a^[b' is not a valid name");
  login_name_ = "";
  ExpectUnusable({}, "choose a name with --name");
  EXPECT_EQ(Parse({"--name", "bob"}).name, "bob");
  EXPECT_EQ(Parse({"--user", "bob"}).user, "bob");
}

TEST_F(OptionsTest, HelpAndVersionEndWithSuccess) {
  for (const char* const option : {"--help", "-h", "--version"}) {
    auto parsed = Run({option});
    const auto* const end = std::get_if<EarlyEnd>(&parsed);
    ASSERT_NE(end, nullptr);
    EXPECT_EQ(end->status, 0);
    EXPECT_THAT(end->text, HasSubstr("chat"));
  }
  auto help = Run({"--help"});
  for (const char* const option : {"--room", "--name", "--user", "--password-file", "--token-file", "--raw",
                                   "--json", "--no-bell", "--config", "--help", "--version", "HOST[:PORT]"}) {
    EXPECT_THAT(std::get<EarlyEnd>(help).text, HasSubstr(option));
  }
}

}  // namespace
}  // namespace parley::client
