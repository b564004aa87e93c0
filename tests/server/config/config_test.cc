#include "server/config/config.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <sstream>
#include <string>

#include "tests/server/config/config_fixture.h"

namespace parley {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

// --- Defaults and values ---

TEST_F(ConfigTest, MetricsAreForThisMachineForAnyOrForNobody) {
  EXPECT_EQ(Good({"--metrics", "local"}).metrics, Config::Metrics::kLocal);
  EXPECT_EQ(Good({"--metrics=any"}).metrics, Config::Metrics::kAny);
  EXPECT_EQ(Good({"--config", File("metrics = off\n")}).metrics, Config::Metrics::kOff);
  EXPECT_THAT(Wrong({"--metrics", "all"}), HasSubstr("local, any or off"));
}

TEST_F(ConfigTest, HasTheDefaultsOfItsDocumentation) {
  const Config config = Good({});
  EXPECT_EQ(Door(config.plain), "[::]:8080");
  EXPECT_EQ(Door(config.tls), "[::]:8443");
  EXPECT_EQ(config.data, "/home/ana/.local/share/parley");
  EXPECT_FALSE(config.memory);
  EXPECT_FALSE(config.proxy);
  EXPECT_TRUE(config.guests);
  EXPECT_EQ(config.rate, 50u);
  EXPECT_EQ(config.queue_bytes, 4u * 1024 * 1024);
  EXPECT_EQ(config.total_queue_bytes, 512u * 1024 * 1024);
  EXPECT_EQ(config.gather, std::chrono::milliseconds(2));
  EXPECT_EQ(config.history, 100'000u);
  EXPECT_FALSE(config.keep);
  EXPECT_FALSE(config.max_peers);
  EXPECT_EQ(config.max_per_address, 1'000u);
  EXPECT_EQ(config.durability, Config::Durability::kNormal);
  EXPECT_EQ(config.jwt_key_file, "");
  EXPECT_FALSE(config.journal);
  EXPECT_FALSE(config.only_listed_rooms);
  EXPECT_EQ(config.forget_rooms.count(), 0);
  EXPECT_TRUE(config.rooms.empty());
  EXPECT_EQ(config.metrics, Config::Metrics::kLocal);
  EXPECT_EQ(config.log_level, "info");
  EXPECT_EQ(config.log_format, LogFormat::kText);
  EXPECT_TRUE(config.ice.empty());
  EXPECT_EQ(config.media, MediaMode::kAuto);
  EXPECT_FALSE(config.media_port);
  EXPECT_TRUE(config.media_addresses.empty());
}

TEST_F(ConfigTest, TakesWhatTheCommandLineSays) {
  const Config config =
      Good({"--plain",     "127.0.0.1:0", "--tls=off",          "--guests", "no",           "--rate=0",
            "--queue",     "65536",       "--gather-us",        "0",        "--history",    "1",
            "--max-peers", "3",           "--log-level",        "debug",    "--log-format", "json",
            "--memory",    "--proxy",     "--static",           "/p",       "--cert",       "c.pem",
            "--key",       "k.pem",       "--turn-secret-file", "s",        "--durability", "full",
            "--jwt-key",   "portal.pem"});
  EXPECT_EQ(Door(config.plain), "127.0.0.1:0");
  EXPECT_EQ(Door(config.tls), "off");
  EXPECT_FALSE(config.guests);
  EXPECT_EQ(config.rate, 0u);
  EXPECT_EQ(config.queue_bytes, 65'536u);
  EXPECT_EQ(config.gather, std::chrono::microseconds(0));
  EXPECT_EQ(config.history, 1u);
  EXPECT_EQ(config.max_peers, 3u);
  EXPECT_EQ(config.log_level, "debug");
  EXPECT_EQ(config.log_format, LogFormat::kJson);
  EXPECT_TRUE(config.memory);
  EXPECT_EQ(config.data, "");
  EXPECT_TRUE(config.proxy);
  EXPECT_EQ(config.static_folder, "/p");
  EXPECT_EQ(config.certificate_file, "c.pem");
  EXPECT_EQ(config.key_file, "k.pem");
  EXPECT_EQ(config.turn_secret_file, "s");
  EXPECT_EQ(config.durability, Config::Durability::kFull);
  EXPECT_EQ(config.jwt_key_file, "portal.pem");
}

TEST_F(ConfigTest, EitherDoorMayBeOff) {
  EXPECT_EQ(Door(Good({"--plain", "off"}).plain), "off");
  EXPECT_THAT(Wrong({"--plain", "off", "--tls", "off"}), HasSubstr("every door is off"));
}

TEST_F(ConfigTest, AnAddressMayBeOfIPv6) {
  EXPECT_EQ(Door(Good({"--plain", "[::1]:9000"}).plain), "[::1]:9000");
}

TEST_F(ConfigTest, IceMayBeGivenAgain) {
  EXPECT_THAT(Good({"--ice", "stun:a.example", "--ice", "turns:b.example:5349?transport=tcp"}).ice,
              ElementsAre("stun:a.example", "turns:b.example:5349?transport=tcp"));
  EXPECT_THAT(Wrong({"--ice", "http://a.example"}), HasSubstr("--ice"));
}

TEST_F(ConfigTest, CallsConnectAsTheOptionsSay) {
  EXPECT_EQ(Good({"--media", "sfu"}).media, MediaMode::kSfu);
  EXPECT_EQ(Good({"--media", "mesh"}).media, MediaMode::kMesh);
  EXPECT_THAT(Wrong({"--media", "p2p"}), HasSubstr("--media takes auto, sfu or mesh, not 'p2p'"));
  EXPECT_EQ(Good({"--media-port", "3478"}).media_port, 3478);
  EXPECT_THAT(Wrong({"--media-port", "0"}), HasSubstr("--media-port"));
  EXPECT_THAT(Wrong({"--media-port", "65536"}), HasSubstr("--media-port"));
  EXPECT_THAT(Good({"--media-address", "192.0.2.1", "--media-address", "2001:db8::1"}).media_addresses,
              ElementsAre("192.0.2.1", "2001:db8::1"));
  EXPECT_THAT(Wrong({"--media-address", "chat.example"}), HasSubstr("takes an IP address"));
  EXPECT_THAT(Wrong({"--media-address", "192.0.2.1:8443"}), HasSubstr("takes an IP address"));
}

TEST_F(ConfigTest, CallsMayBeSetUpInTheFileAndTheEnvironment) {
  const std::string file = File("media = mesh\nmedia-address = 192.0.2.1\nmedia-address = 192.0.2.2\n");
  Set("PARLEY_MEDIA", "sfu");
  Set("PARLEY_MEDIA_PORT", "5000");
  const Config config = Good({"--config", file});
  EXPECT_EQ(config.media, MediaMode::kSfu);
  EXPECT_EQ(config.media_port, 5000);
  EXPECT_THAT(config.media_addresses, ElementsAre("192.0.2.1", "192.0.2.2"));
}

TEST_F(ConfigTest, CallsUseTheDoorsAddressAndNumber) {
  const Endpoint door{"192.0.2.1", 8443};
  const Endpoint local{"127.0.0.1", 8080};
  EXPECT_EQ(ToString(MediaEndpoint(Good({}), door)), "192.0.2.1:8443");
  EXPECT_EQ(ToString(MediaEndpoint(Good({}), local)), "127.0.0.1:8080");
  EXPECT_EQ(ToString(MediaEndpoint(Good({"--media-port", "5000"}), door)), "192.0.2.1:5000");
  EXPECT_EQ(ToString(MediaEndpoint(Good({"--proxy"}), local)), "[::]:8080") << "the proxy forwards no UDP";
  EXPECT_EQ(MediaStreamPort(Good({}), door), 8443);
  EXPECT_EQ(MediaStreamPort(Good({}), local), 8080);
  EXPECT_EQ(MediaStreamPort(Good({"--proxy"}), door), 8443);
  EXPECT_EQ(MediaStreamPort(Good({"--proxy"}), local), 0) << "the proxy forwards no media";
  EXPECT_EQ(MediaStreamPort(Good({"--tls", "off"}), door), 0);
}

TEST_F(ConfigTest, DataIsWhereTheSystemKeepsIt) {
  Set("XDG_DATA_HOME", "/srv/data");
  EXPECT_EQ(Good({}).data, "/srv/data/parley");
  EXPECT_EQ(Good({"--data", "/mine"}).data, "/mine");
  Set("XDG_DATA_HOME", "not/absolute");
  EXPECT_EQ(Good({}).data, "/home/ana/.local/share/parley");
  unsetenv("HOME");
  unsetenv("XDG_DATA_HOME");
  EXPECT_THAT(Wrong({}), HasSubstr("--data"));
  EXPECT_TRUE(Good({"--memory"}).memory) << "needs no folder";
}

TEST_F(ConfigTest, MessagesAreKeptForATimeOrForEver) {
  EXPECT_EQ(Good({"--keep", "30d"}).keep, std::chrono::days(30));
  EXPECT_EQ(Good({"--keep=12h", "--memory"}).keep, std::chrono::hours(12));
  EXPECT_FALSE(Good({"--keep=forever"}).keep);
}

// --- What can't be used ---

TEST_F(ConfigTest, EachFaultIsOneLineAndNamesTheOption) {
  EXPECT_THAT(Wrong({"--rate", "-1"}), HasSubstr("--rate"));
  EXPECT_THAT(Wrong({"--rate", "5x"}), AllOf(HasSubstr("--rate"), HasSubstr("'5x'")));
  EXPECT_THAT(Wrong({"--rate", "99999999999"}), HasSubstr("--rate"));
  EXPECT_THAT(Wrong({"--queue", "65535"}), AllOf(HasSubstr("--queue"), HasSubstr("65536")));
  EXPECT_THAT(Wrong({"--queue", "4M"}), HasSubstr("--queue"));
  EXPECT_THAT(Wrong({"--gather-us", "100001"}), AllOf(HasSubstr("--gather-us"), HasSubstr("100000")));
  EXPECT_THAT(Wrong({"--gather-us", "-1"}), HasSubstr("--gather-us"));
  EXPECT_THAT(Wrong({"--history", "0"}), HasSubstr("--history"));
  for (const char* keep : {"30", "d", "0d", "-1d", "1.5d", "30 d", "30w", ""}) {
    EXPECT_THAT(Wrong({std::string("--keep=") + keep}), HasSubstr("keep")) << keep;
  }
  EXPECT_THAT(Wrong({"--max-peers", "0"}), HasSubstr("--max-peers"));
  EXPECT_THAT(Wrong({"--guests", "maybe"}), HasSubstr("--guests"));
  EXPECT_THAT(Wrong({"--durability", "some"}), AllOf(HasSubstr("--durability"), HasSubstr("'some'")));
  EXPECT_THAT(Wrong({"--log-level", "loud"}), HasSubstr("--log-level"));
  EXPECT_THAT(Wrong({"--log-format", "xml"}), HasSubstr("--log-format"));
  EXPECT_THAT(Wrong({"--cert", "c.pem"}), HasSubstr("--cert needs --key"));
  EXPECT_THAT(Wrong({"--key", "k.pem"}), HasSubstr("--key needs --cert"));
  for (const char* door : {"8080", "localhost", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", ":x", ""}) {
    EXPECT_THAT(Wrong({std::string("--plain=") + door}), HasSubstr("plain")) << door;
    EXPECT_THAT(Wrong({std::string("--tls=") + door}), HasSubstr("tls")) << door;
  }
}

TEST_F(ConfigTest, AnUnknownOptionIsReported) {
  EXPECT_THAT(Wrong({"--no-such-thing"}), HasSubstr("no-such-thing"));
  EXPECT_THAT(Wrong({"8080"}), HasSubstr("'8080'"));
  EXPECT_THAT(Wrong({"--rate"}), HasSubstr("rate"));
}

TEST_F(ConfigTest, AFaultStaysOneLineWhateverItQuotes) {
  EXPECT_THAT(Wrong({"--plain", "a\nb"}), HasSubstr("--plain"));
  EXPECT_THAT(Wrong({"--plain",
                     "a\x7F\xC2\x9B"
                     "31m\xFF"}),
              HasSubstr("'a^?<U+009B>31m\uFFFD'"));
}

TEST_F(ConfigTest, HelpAndVersionEndWithSuccessWhateverElseIsThere) {
  Set("PARLEY_RATE", "nonsense");
  for (const char* option : {"--help", "--version"}) {
    const auto result = Read({option});
    ASSERT_TRUE(std::holds_alternative<EndNow>(result));
    EXPECT_EQ(std::get<EndNow>(result).status, 0);
  }
  EXPECT_THAT(std::get<EndNow>(Read({"--help"})).text, HasSubstr("--plain ADDR:PORT"));
  EXPECT_THAT(std::get<EndNow>(Read({"--help"})).text, HasSubstr("chat_server user add NAME"));
  EXPECT_THAT(std::get<EndNow>(Read({"--version"})).text, StartsWith("chat_server "));
}

// Lines of the example with a value that a server can start with: no placeholder in capitals.
std::string SettingsOf(const std::string& example) {
  std::string settings;
  std::istringstream lines(example);
  for (std::string line; std::getline(lines, line);) {
    if (line.size() < 2 || line[0] != '#' || line[1] == ' ') continue;
    const std::string value = line.substr(line.find("= ") + 2);
    const bool is_placeholder = std::ranges::all_of(value, [](char c) { return c < 'a' || c > 'z'; }) &&
                                std::ranges::any_of(value, [](char c) { return c >= 'A' && c <= 'Z'; });
    if (!is_placeholder && value != "DIR|off") settings += line.substr(1) + "\n";
  }
  return settings;
}

TEST_F(ConfigTest, TheExampleConfigurationSetsNothing) {
  const auto example = Read({"--example-config"});
  ASSERT_TRUE(std::holds_alternative<EndNow>(example));
  EXPECT_EQ(std::get<EndNow>(example).status, 0);
  EXPECT_EQ(Good({"--config", File(std::get<EndNow>(example).text)}).log_level, Good({}).log_level);
}

TEST_F(ConfigTest, TheExampleConfigurationHasEveryDefault) {
  const std::string settings = SettingsOf(std::get<EndNow>(Read({"--example-config"})).text);
  EXPECT_THAT(settings, AllOf(HasSubstr("plain = [::]:8080\n"), HasSubstr("guests = yes\n"),
                              HasSubstr("memory = no\n"), HasSubstr("room = Physics 7b;")));
  const Config all = Good({"--config", File(settings)});
  const Config none = Good({});
  EXPECT_EQ(all.plain, none.plain);
  EXPECT_EQ(all.rate, none.rate);
  EXPECT_EQ(all.history, none.history);
  EXPECT_EQ(all.memory, none.memory);
  ASSERT_EQ(all.rooms.size(), 1U);
  EXPECT_EQ(all.rooms[0].name, "Physics 7b");
}

TEST_F(ConfigTest, TheManualHasEveryOption) {
  const auto text = [](const char* option) { return std::get<EndNow>(Read({option})).text; };
  const std::string help = text("--help");
  const std::string manual = text("--manual");
  std::istringstream lines(help);
  int options = 0;
  for (std::string line; std::getline(lines, line);) {
    const auto start = line.find("--");
    if (start == std::string::npos || start > 6 || !line.starts_with("  ")) continue;
    std::string name = line.substr(start, line.find(' ', start) - start);
    for (std::size_t i = 0; (i = name.find('-', i)) != std::string::npos; i += 2) name.insert(i, "\\");
    EXPECT_THAT(manual, HasSubstr(name));
    ++options;
  }
  EXPECT_GT(options, 30);
  EXPECT_THAT(text("--config-manual"), HasSubstr(".TH PARLEY.CONF 5"));
}

TEST_F(ConfigTest, CompletionTakesAShell) {
  EXPECT_THAT(std::get<EndNow>(Read({"--completion", "fish"})).text, HasSubstr("complete -c chat_server"));
  EXPECT_THAT(Wrong({"--completion", "tcsh"}), HasSubstr("bash, zsh or fish"));
}

}  // namespace
}  // namespace parley
