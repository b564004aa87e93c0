#include "client/chat/files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "client/chat/media_type.h"
#include "tests/client/chat/session_fixture.h"

namespace parley::client {
namespace {

using test::ErrorOf;
using test::MessageFrom;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class FilesTest : public test::SessionFixture {
 protected:
  FilesTest() {
    Enter({"files"}, {MessageFrom("b", "bob", 8, "see"), Photo(9)});
    shown_ = session_.TakeNotices();
  }
  // Until the download is asked for.
  void Get(protocol::Sequence seq, std::string path, const protocol::MessageEvent& message) {
    session_.files().Get(seq, std::move(path));
    const auto history = server_.Expect<protocol::History>();
    EXPECT_EQ(history.after, seq - 1);
    EXPECT_EQ(history.limit, 1U);
    server_.Reply(protocol::HistoryReply{"lobby", {message}});
  }
  static protocol::MessageEvent Photo(protocol::Sequence seq) {
    auto photo = MessageFrom("b", "bob", seq, "");
    photo.file = std::make_shared<const protocol::File>(
        protocol::File{"f1", "../.ssh/photo.jpg", 1'300'000, "image/jpeg", "ab"});
    return photo;
  }

  std::vector<Notice> shown_;
};

TEST_F(FilesTest, AFileIsShownWithItsNameAndSize) {
  EXPECT_EQ(shown_.back().text, "[file ../.ssh/photo.jpg, 1.2 MiB]");
}

TEST_F(FilesTest, AnUploadIsAskedForAndThenSaid) {
  session_.files().Send("/home/ann/notes.pdf", "notes.pdf", 70'000);
  const auto upload = server_.Expect<protocol::Upload>();
  EXPECT_EQ(upload.room, "lobby");
  EXPECT_EQ(upload.name, "notes.pdf");
  EXPECT_EQ(upload.size, 70'000U);
  server_.Reply(protocol::UploadReply{"f2", "/files/u", {}});
  const auto orders = session_.files().TakeOrders();
  ASSERT_THAT(orders, SizeIs(1));
  EXPECT_TRUE(orders[0].upload);
  EXPECT_EQ(orders[0].url, "/files/u");
  EXPECT_EQ(orders[0].path, "/home/ann/notes.pdf");
  EXPECT_EQ(orders[0].size, 70'000U);
  EXPECT_THAT(session_.files().TakeOrders(), IsEmpty());
  session_.messaging().SayFile(orders[0].room, orders[0].file);
  const auto message = server_.Expect<protocol::Message>();
  EXPECT_EQ(message.file, "f2");
  EXPECT_EQ(message.text, "");
}

TEST_F(FilesTest, AFileIsSentWithTheMediaTypeOfItsName) {
  EXPECT_EQ(MediaTypeOf("photo.JPG"), "image/jpeg");
  EXPECT_EQ(MediaTypeOf("a.b.png"), "image/png");
  EXPECT_EQ(MediaTypeOf("notes.txt"), "text/plain");
  for (const char* const name : {"Makefile", "jpg", "photo.jpgx", "photo.", "", "picture.\u00e9"}) {
    EXPECT_EQ(MediaTypeOf(name), "application/octet-stream") << name;
  }
  session_.files().Send("/home/ann/cat.webp", "cat.webp", 70'000);
  EXPECT_EQ(server_.Expect<protocol::Upload>().media_type, "image/webp");
}

TEST_F(FilesTest, AFewUploadsAreUnderWayAtATime) {
  for (int i = 0; i < 25; ++i) session_.files().Send("p", std::to_string(i), 10);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(server_.Expect<protocol::Upload>().name, std::to_string(i));
    server_.Reply(protocol::UploadReply{"f" + std::to_string(i), "/files/u", {}});
  }
  EXPECT_TRUE(server_.Silent());
  EXPECT_EQ(session_.files().waiting(), 22U);
  ASSERT_THAT(session_.files().TakeOrders(), SizeIs(3));
  for (int i = 3; i < 25; ++i) {
    session_.files().UploadEnded();
    EXPECT_EQ(server_.Expect<protocol::Upload>().name, std::to_string(i));
    EXPECT_TRUE(server_.Silent());
    server_.Reply(protocol::UploadReply{"f", "/files/u", {}});
  }
  EXPECT_EQ(session_.files().waiting(), 0U);
  EXPECT_FALSE(session_.files().idle());
  for (int i = 0; i < 3; ++i) session_.files().UploadEnded();
  EXPECT_TRUE(session_.files().idle());
}

TEST_F(FilesTest, AWaitingUploadFollowsARefusedOne) {
  for (const char* const name : {"a", "b", "c", "d"}) session_.files().Send("p", name, 10);
  for (int i = 0; i < 3; ++i) server_.Expect<protocol::Upload>();
  server_.Reply(ErrorOf(ErrorCode::kNoSpace));
  EXPECT_EQ(server_.Expect<protocol::Upload>().name, "d");
}

// The server ends the connection with the answer.
TEST_F(FilesTest, AnUploadEndsWithAFatalError) {
  for (const char* const name : {"a", "b", "c", "d"}) session_.files().Send("p", name, 10);
  for (int i = 0; i < 3; ++i) server_.Expect<protocol::Upload>();
  server_.Reply(ErrorOf(ErrorCode::kSlowConsumer));
  EXPECT_TRUE(server_.Silent());
  session_.Disconnected();
  Enter({"files"}, {Photo(9)});
  EXPECT_EQ(server_.Expect<protocol::Upload>().name, "d");
  server_.Reply(ErrorOf(ErrorCode::kNoSpace));
  EXPECT_TRUE(session_.files().idle());
}

TEST_F(FilesTest, AWaitingUploadIsAskedForAfterTheConnectionIsBack) {
  for (const char* const name : {"a", "b", "c", "d"}) session_.files().Send("p", name, 10);
  for (int i = 0; i < 3; ++i) server_.Expect<protocol::Upload>();
  session_.Disconnected();
  EXPECT_EQ(session_.files().waiting(), 1U);
  Enter({"files"}, {Photo(9)});
  EXPECT_EQ(server_.Expect<protocol::Upload>().name, "d");
}

TEST_F(FilesTest, ADownloadGetsANameThatIsSafeHere) {
  Get(9, "", Photo(9));
  EXPECT_EQ(server_.Expect<protocol::Download>().seq, 9U);
  server_.Reply(protocol::DownloadReply{"/files/d", {}});
  const auto orders = session_.files().TakeOrders();
  ASSERT_THAT(orders, SizeIs(1));
  EXPECT_FALSE(orders[0].upload);
  EXPECT_EQ(orders[0].path, "photo.jpg");
  EXPECT_EQ(orders[0].size, 1'300'000U);
  EXPECT_EQ(orders[0].sha256, "ab");
  Get(9, "/tmp/mine.jpg", Photo(9));
  server_.Expect<protocol::Download>();
  server_.Reply(protocol::DownloadReply{"/files/d", {}});
  EXPECT_EQ(session_.files().TakeOrders().at(0).path, "/tmp/mine.jpg");
}

TEST_F(FilesTest, NamesOfOthersLeadNowhereElse) {
  EXPECT_EQ(LocalFileName("../../etc/passwd"), "passwd");
  EXPECT_EQ(LocalFileName("C:\\dir\\x.txt"), "x.txt");
  EXPECT_EQ(LocalFileName(".bashrc"), "bashrc");
  EXPECT_EQ(LocalFileName("-rf"), "rf");
  EXPECT_EQ(LocalFileName("a\033[2Jb"), "a^[[2Jb");
  EXPECT_EQ(LocalFileName(".."), "file");
  EXPECT_EQ(LocalFileName("a/"), "file");
  EXPECT_EQ(LocalFileName("\u7167\u7247.jpg"), "\u7167\u7247.jpg");
}

TEST_F(FilesTest, AFailedDownloadOrUploadIsReported) {
  Get(8, "", MessageFrom("b", "bob", 8, "see"));
  Get(1, "", Photo(9));  // message 1 is no longer kept
  EXPECT_TRUE(server_.Silent());
  EXPECT_THAT(Texts(), ElementsAre("that message has no file", "that message has no file"));
  session_.files().Send("big.iso", "big.iso", 1);
  server_.Expect<protocol::Upload>();
  server_.Reply(ErrorOf(ErrorCode::kFileTooLarge));
  EXPECT_THAT(Texts(), ElementsAre(HasSubstr("/send big.iso: ")));
  EXPECT_THAT(session_.files().TakeOrders(), IsEmpty());
}

}  // namespace
}  // namespace parley::client
