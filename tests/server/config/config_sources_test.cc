// Which source of a setting wins: the command line, the environment or the file; and how each writes it.

#include <gmock/gmock.h>

#include <chrono>
#include <string>

#include "tests/server/config/config_fixture.h"

namespace parley {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST_F(ConfigTest, TheCommandLineWinsThenTheEnvironmentThenTheFile) {
  const std::string file = File("rate = 1\nplain = 127.0.0.1:1\nlog-level = warn\n");
  Set("PARLEY_RATE", "2");
  Set("PARLEY_PLAIN", "127.0.0.1:2");
  const Config config = Good({"--rate", "3", "--config", file});
  EXPECT_EQ(config.rate, 3u);
  EXPECT_EQ(Door(config.plain), "127.0.0.1:2");
  EXPECT_EQ(config.log_level, "warn");
  EXPECT_EQ(config.history, 100'000u);
}

TEST_F(ConfigTest, TheEnvironmentMayNameTheFile) {
  Set("PARLEY_CONFIG", File("rate = 7\n").c_str());
  EXPECT_EQ(Good({}).rate, 7u);
}

TEST_F(ConfigTest, TheFileMayListRoomsAndIceServers) {
  const Config config = Good({"--config", File("room = Lab; most = 3\nice = stun:a.example\nrooms = listed\n"
                                               "room = Hall; join = members\nice = stun:b.example\n")});
  ASSERT_EQ(config.rooms.size(), 2U);
  EXPECT_EQ(config.rooms[0].name, "Lab");
  EXPECT_EQ(config.rooms[1].join, RoomLine::Join::kMembers);
  EXPECT_TRUE(config.only_listed_rooms);
  EXPECT_THAT(config.ice, ElementsAre("stun:a.example", "stun:b.example"));
  EXPECT_THAT(Wrong({"--config", File("room = Lab; most = x\n")}), HasSubstr("room Lab: most"));
  EXPECT_THAT(Wrong({"--room", "Lab"}), HasSubstr("room")) << "the file alone lists them";
}

TEST_F(ConfigTest, TheEnvironmentReplacesAllThatTheFileSaysOfAnOption) {
  Set("PARLEY_ICE", "stun:c.example");
  EXPECT_THAT(Good({"--config", File("ice = stun:a.example\nice = stun:b.example\n")}).ice,
              ElementsAre("stun:c.example"));
}

TEST_F(ConfigTest, FilesAreInTheDataFolderOrElsewhereOrOff) {
  EXPECT_EQ(Good({"--data", "/d"}).files, "/d/files");
  EXPECT_EQ(Good({"--data", "/d", "--files", "/f"}).files, "/f");
  EXPECT_EQ(Good({"--data", "/d", "--files", "off"}).files, "");
  EXPECT_EQ(Good({"--memory"}).files, "");
  EXPECT_EQ(Good({"--memory", "--files", "off"}).files, "");
  EXPECT_THAT(Wrong({"--memory", "--files", "/f"}), HasSubstr("--files"));
}

TEST_F(ConfigTest, TheBoundsOfFilesStandAnywhere) {
  EXPECT_EQ(Good({"--data", "/d"}).file_bytes, 64U * 1024 * 1024);
  EXPECT_EQ(Good({"--data", "/d"}).files_total_bytes, 4ULL * 1024 * 1024 * 1024);
  Set("PARLEY_FILE_SIZE", "1000");
  const Config config = Good({"--data", "/d", "--config", File("files-total = 5000000000\nfiles = /f\n")});
  EXPECT_EQ(config.file_bytes, 1000U);
  EXPECT_EQ(config.files_total_bytes, 5'000'000'000U);
  EXPECT_EQ(config.files, "/f");
  for (const char* const option : {"--file-size", "--files-total"}) {
    EXPECT_THAT(Wrong({"--data", "/d", option, "0"}), HasSubstr(option));
    EXPECT_THAT(Wrong({"--data", "/d", option, "1g"}), HasSubstr(option));
  }
}

TEST_F(ConfigTest, RecordingsAreInTheDataFolderUnlessTheyAreElsewhereOrOff) {
  EXPECT_EQ(Good({"--data", "/d"}).recordings, "/d/recordings");
  EXPECT_EQ(Good({"--data", "/d", "--recordings", "/r"}).recordings, "/r");
  EXPECT_EQ(Good({"--data", "/d", "--recordings", "off"}).recordings, "");
  EXPECT_EQ(Good({"--memory"}).recordings, "");
  EXPECT_THAT(Wrong({"--memory", "--recordings", "/r"}), HasSubstr("--recordings"));
  EXPECT_EQ(Good({"--data", "/d"}).recordings_total_bytes, 16ULL * 1024 * 1024 * 1024);
  EXPECT_EQ(Good({"--data", "/d", "--recordings-total", "5"}).recordings_total_bytes, 5U);
  EXPECT_THAT(Wrong({"--data", "/d", "--recordings-total", "0"}), HasSubstr("--recordings-total"));
}

TEST_F(ConfigTest, AJournalNeedsADisk) {
  EXPECT_EQ(Good({"--forget-rooms", "30"}).forget_rooms, std::chrono::days(30));
  EXPECT_THAT(Wrong({"--forget-rooms", "soon"}), HasSubstr("--forget-rooms"));
  EXPECT_THAT(Wrong({"--forget-rooms", "30", "--memory"}), HasSubstr("--memory"));
  EXPECT_TRUE(Good({"--journal", "yes"}).journal);
  EXPECT_THAT(Wrong({"--journal", "yes", "--memory"}), HasSubstr("--journal"));
  EXPECT_THAT(Wrong({"--journal", "on"}), HasSubstr("--journal"));
  EXPECT_THAT(Wrong({"--rooms", "none"}), HasSubstr("--rooms"));
}

TEST_F(ConfigTest, DurabilityAndThePortalsKeyMayStandElsewhere) {
  Set("PARLEY_DURABILITY", "full");
  const Config config = Good({"--config", File("durability = normal\njwt-key = /etc/portal.pem\n")});
  EXPECT_EQ(config.durability, Config::Durability::kFull);
  EXPECT_EQ(config.jwt_key_file, "/etc/portal.pem");
}

TEST_F(ConfigTest, FlagsAreYesOrNoElsewhere) {
  for (const char* yes : {"yes", "true", "1"}) {
    Set("PARLEY_MEMORY", yes);
    Set("PARLEY_PROXY", yes);
    EXPECT_TRUE(Good({}).memory) << yes;
    EXPECT_TRUE(Good({}).proxy) << yes;
  }
  for (const char* no : {"no", "false", "0"}) {
    Set("PARLEY_MEMORY", no);
    Set("PARLEY_PROXY", no);
    EXPECT_FALSE(Good({}).memory) << no;
    EXPECT_FALSE(Good({}).proxy) << no;
  }
  Set("PARLEY_PROXY", "maybe");
  EXPECT_THAT(Wrong({}), HasSubstr("proxy takes yes or no"));
  Set("PARLEY_PROXY", "no");
  EXPECT_TRUE(Good({"--proxy", "--config", File("memory = yes\n")}).proxy);
}

TEST_F(ConfigTest, AValueMayBeAsLongAsAFile) {
  const std::string folder(1'000'000, 'a');
  EXPECT_EQ(Good({"--config", File("static = " + folder + "\n")}).static_folder, folder);
}

TEST_F(ConfigTest, AFlagOfTheCommandLineMayBeTurnedOff) {
  EXPECT_FALSE(Good({"--memory=false"}).memory);
  EXPECT_FALSE(Good({"--proxy=false"}).proxy);
  EXPECT_TRUE(Good({"--proxy=true"}).proxy);
}

TEST_F(ConfigTest, AFlagThatIsOnInTheFileIsOffInTheEnvironment) {
  Set("PARLEY_MEMORY", "no");
  EXPECT_FALSE(Good({"--config", File("memory = yes\n")}).memory);
}

TEST_F(ConfigTest, TheFilesFaultsAreTold) {
  EXPECT_THAT(Wrong({"--config", "/nowhere/at/all"}), HasSubstr("/nowhere/at/all"));
  EXPECT_THAT(Wrong({"--config", File("rat = 7\n")}), HasSubstr("no option 'rat'"));
  EXPECT_THAT(Wrong({"--config", File("rate\n")}), HasSubstr("line 1"));
  EXPECT_THAT(Wrong({"--config", File("rate = fast\n")}), HasSubstr("'fast'"));
}

}  // namespace
}  // namespace parley
