#include "server/http/url_path.h"

#include <gtest/gtest.h>

#include <string>

namespace parley {
namespace {

using std::string_literals::operator""s;

TEST(UrlPath, EndsAtTheQuery) {
  EXPECT_EQ(PathOf("/a/b?c=/d?e"), "/a/b");
  EXPECT_EQ(PathOf("/a"), "/a");
  EXPECT_EQ(PathOf("/?"), "/");
}

TEST(UrlPath, LeadsBackToTheRoot) {
  EXPECT_EQ(RelativeRoot("/"), "./");
  EXPECT_EQ(RelativeRoot("/x"), "./");
  EXPECT_EQ(RelativeRoot("/x/"), "../");
  EXPECT_EQ(RelativeRoot("/x/y%2Fz"), "../");
  EXPECT_EQ(RelativeRoot("/x/y/z"), "../../");
  EXPECT_EQ(RelativeRoot(""), "./");
}

TEST(UrlPath, IsDecodedOnce) {
  EXPECT_EQ(DecodePath("/a%20b%C3%A9%c3%a9"), "/a b\xC3\xA9\xC3\xA9");
  EXPECT_EQ(DecodePath("/%2541"), "/%41");
  EXPECT_EQ(DecodePath("/+"), "/+");
  EXPECT_EQ(DecodePath("/%00"), "/\0"s);
}

TEST(UrlPath, IsNoneWithBrokenEscapes) {
  for (const std::string_view path :
       {"/%", "/%4", "/%4g", "/%g4", "/%%41", "/a%", "/% 1", "/%+1", "/%-1", "/%0x"}) {
    EXPECT_EQ(DecodePath(path), std::nullopt) << path;
  }
}

TEST(UrlPath, IsNoneWithABackslash) {
  EXPECT_EQ(DecodePath("/..\\x"), std::nullopt);
}

TEST(RoomPath, NamesARoom) {
  EXPECT_EQ(RoomOf("/room/lobby"), "lobby");
  EXPECT_EQ(RoomOf("/room/\xE8\xAF\xBE\xE5\xA0\x82 1"), "\xE8\xAF\xBE\xE5\xA0\x82 1");
  EXPECT_EQ(RoomOf("/room/..."), "...");
}

TEST(RoomPath, NamesNoneElse) {
  for (const std::string& path :
       {"/room/"s, "/room"s, "/rooms/x"s, "/Room/x"s, "room/x"s, "/room/a/b"s, "/room/a/"s, "/room//"s,
        "/room/."s, "/room/.."s, "/room/../x"s, "/room/\0"s, "/room/a\n"s, "/room/\x7F"s, "/room/\xFF"s}) {
    EXPECT_EQ(RoomOf(path), std::nullopt) << path;
  }
}

}  // namespace
}  // namespace parley
