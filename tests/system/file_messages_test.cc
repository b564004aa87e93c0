// Messages that name a file: who may name one, and what becomes of the file when the message is gone.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/support/raw_peer.h"
#include "tests/system/files_on_disk.h"

namespace parley::test {
namespace {

TEST_F(FilesOnDisk, AFileIsNamedByItsUploaderOnceAndInItsRoom) {
  Start();
  LinePeer ana(server_->port(), "Ana"), ben(server_->port(), "Ben");
  ana.Join("lab");
  ana.Join("hall");
  ben.Join("lab");
  const Json upload = Upload(ana, 3);
  EXPECT_EQ(Outcome(Name(ana, upload)), "no_such_file") << "before its bytes are there";
  WebPeer web = Plain();
  web.Send(Put(upload["url"].Text(), "abc"));
  EXPECT_EQ(web.NextAnswer().status, 201);
  EXPECT_EQ(Outcome(Name(ben, upload)), "no_such_file");
  EXPECT_EQ(Outcome(ana.Ask("message", {{"room", "hall"}, {"text", "x"}, {"file", upload["file"]}})),
            "no_such_file");
  EXPECT_EQ(Outcome(Name(ana, upload)), "ok");
  EXPECT_EQ(Outcome(Name(ana, upload)), "no_such_file");
  EXPECT_EQ(Outcome(ana.Ask("message", {{"room", "lab"}, {"text", "x"}, {"file", "0123"}})), "no_such_file");
}

TEST_F(FilesOnDisk, AMessageWithAFileThatIsSentAgainIsTheSameMessage) {
  Start();
  LinePeer ana(server_->port(), "Ana");
  ana.Join("lab");
  const Json upload = Upload(ana, 3);
  WebPeer web = Plain();
  web.Send(Put(upload["url"].Text(), "abc"));
  EXPECT_EQ(web.NextAnswer().status, 201);
  const auto name = [&] {
    return ana.Ask("message", {{"room", "lab"}, {"text", ""}, {"id", "m-1"}, {"file", upload["file"]}});
  };
  const Json ok = name();
  ASSERT_EQ(Outcome(ok), "ok");
  const Json again = name();
  EXPECT_EQ(Outcome(again), "ok");
  EXPECT_EQ(again["seq"], ok["seq"].Number());
  EXPECT_EQ(ana.Ask("history", {{"room", "lab"}})["messages"].size(), 1U);
}

TEST_F(FilesOnDisk, AFileThatLeavesTheKeptHistoryIsDeleted) {
  Start({"--history", "2"});
  LinePeer ana(server_->port(), "Ana");
  ana.Join("lab");
  const Json ok = Share(ana, "abc");
  const std::string url = UrlOf(ana, ok["seq"]);
  EXPECT_EQ(FilesInFolder(), 1U);
  ana.Say("lab", "one");
  ana.Say("lab", "two");
  ana.Say("lab", "three");
  EXPECT_EQ(Outcome(ana.Ask("download", {{"room", "lab"}, {"seq", ok["seq"].Number()}})), "no_such_file");
  // The worker removes it right after: the next upload comes behind that.
  EXPECT_EQ(Outcome(Upload(ana, 1)), "upload");
  EXPECT_EQ(Get(url).status, 404);
}

TEST_F(FilesOnDisk, AFileIsDeletedWithItsMessage) {
  Start();
  LinePeer ana(server_->port(), "Ana");
  ana.Join("lab");
  const Json ok = Share(ana, "abc");
  const std::string url = UrlOf(ana, ok["seq"]);
  EXPECT_EQ(
      Outcome(ana.Ask("react", {{"room", "lab"}, {"seq", ok["seq"].Number()}, {"emoji", "👍"}, {"on", true}})),
      "ok");
  EXPECT_EQ(ana.Ask("history", {{"room", "lab"}})["messages"][0]["file"]["name"], "notes.txt");
  EXPECT_EQ(Get(url).body, "abc");
  EXPECT_EQ(Outcome(ana.Ask("delete", {{"room", "lab"}, {"seq", ok["seq"].Number()}})), "ok");
  EXPECT_EQ(Outcome(ana.Ask("download", {{"room", "lab"}, {"seq", ok["seq"].Number()}})), "no_such_file");
  EXPECT_FALSE(ana.Ask("history", {{"room", "lab"}})["messages"][0].Has("file"));
  // The worker removes it right after: the next upload comes behind that.
  EXPECT_EQ(Outcome(Upload(ana, 1)), "upload");
  EXPECT_EQ(Get(url).status, 404);
  EXPECT_EQ(FilesInFolder(), 1U) << "the new upload";
}
TEST_F(FilesOnDisk, RawPeersHearTheNameAndTheSize) {
  Start();
  LinePeer ana(server_->port(), "Ana");
  ana.Join("lobby");
  RawPeer nc(server_->port());
  nc.Send("hello\n");
  ana.NextEvent("message");
  const Json upload = ana.Ask(
      "upload", {{"room", "lobby"}, {"name", "notes.txt"}, {"size", 3}, {"media_type", "text/plain"}});
  WebPeer web = Plain();
  web.Send(Put(upload["url"].Text(), "abc"));
  EXPECT_EQ(web.NextAnswer().status, 201);
  ana.Ask("message", {{"room", "lobby"}, {"text", ""}, {"file", upload["file"]}});
  EXPECT_EQ(nc.ReceiveThrough("]\n"), "Ana: [file notes.txt, 3 bytes]\n");
}

TEST_F(FilesOnDisk, TheMutedMayNotUpload) {
  Start();
  LinePeer ana(server_->port(), "Ana"), ben(server_->port(), "Ben");
  ana.Join("lab");
  ben.Join("lab");
  ana.Ask("moderate", {{"room", "lab"}, {"action", "mute"}, {"member", ben.id()}});
  EXPECT_EQ(Outcome(Upload(ben, 3)), "muted");
  ana.Ask("moderate", {{"room", "lab"}, {"action", "unmute"}, {"member", ben.id()}});
  ana.Ask("moderate", {{"room", "lab"}, {"action", "allow"}, {"value", Verbatim{R"({"chat":false})"}}});
  EXPECT_EQ(Outcome(Upload(ben, 3)), "forbidden");
  EXPECT_EQ(Outcome(Upload(ana, 3)), "upload");
}

}  // namespace
}  // namespace parley::test
