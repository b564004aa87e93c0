// Files of a real server, uploaded and downloaded: through both doors, in pieces, across a restart, and while
// the disk is full.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "tests/support/tls_peer.h"
#include "tests/system/files_on_disk.h"

namespace parley::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr std::size_t kMiB = 1024 * 1024;

std::string Bytes(std::size_t count, char first = 'a') {
  std::string bytes(count, first);
  for (std::size_t i = 0; i < count; i += 7) bytes[i] = static_cast<char>('a' + i % 23);
  return bytes;
}

std::string RangeField(std::size_t first, std::size_t count, std::size_t size) {
  return "Content-Range: bytes " + std::to_string(first) + '-' + std::to_string(first + count - 1) + '/' +
         std::to_string(size) + "\r\n";
}

TEST_F(FilesOnDisk, AFileIsUploadedNamedAndDownloaded) {
  Start();
  LinePeer ana(server_->port()), ben(server_->port(), "Ben");
  const Json welcome = ana.Hello("Ana");
  EXPECT_THAT(welcome.raw(), HasSubstr("\"files\""));
  ana.Join("lab");
  ben.Join("lab");
  const std::string bytes = Bytes(300'000);
  const Json upload = Upload(ana, bytes.size(), "作业 1.txt");
  ASSERT_EQ(upload["type"], "upload");
  EXPECT_THAT(upload["url"].Text(), StartsWith("/files/"));
  EXPECT_TRUE(upload.Has("expires"));

  WebPeer web = Plain();
  web.Send(Put(upload["url"].Text(), bytes));
  EXPECT_EQ(web.NextAnswer().status, 201);
  const Json ok = Name(ana, upload);
  ASSERT_EQ(Outcome(ok), "ok");
  const Json event = ben.NextEvent("message");
  EXPECT_EQ(event["text"], "");
  EXPECT_EQ(event["file"]["id"], upload["file"]);
  EXPECT_EQ(event["file"]["name"], "作业 1.txt");
  EXPECT_EQ(event["file"]["size"], 300'000);
  EXPECT_EQ(event["file"]["media_type"], "text/plain");
  EXPECT_EQ(event["file"]["sha256"].Text().size(), 64U);

  const WebPeer::Answer answer = Get(UrlOf(ben, ok["seq"]));
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.body == bytes);
  EXPECT_EQ(answer.Field("X-Content-Type-Options"), "nosniff");
  EXPECT_THAT(answer.Field("Content-Disposition"), StartsWith("attachment"));
  EXPECT_THAT(answer.Field("Content-Security-Policy"), HasSubstr("sandbox"));
}

TEST_F(FilesOnDisk, TheHashIsThatOfTheBytes) {
  Start();
  LinePeer ana(server_->port(), "Ana");
  ana.Join("lab");
  Share(ana, "abc");
  const Json history = ana.Ask("history", {{"room", "lab"}});
  EXPECT_EQ(history["messages"][0]["file"]["sha256"],
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_F(FilesOnDisk, BothDoorsServeFilesWithoutARedirect) {
  Start();
  LinePeer ana(server_->port(), "Ana");
  ana.Join("lab");
  const std::string bytes = Bytes(200'000);
  const Json upload = Upload(ana, bytes.size());
  WebPeer tls{TlsPeer(server_->tls_port())};
  tls.Send(Put(upload["url"].Text(), bytes));
  EXPECT_EQ(tls.NextAnswer().status, 201);
  const std::string url = UrlOf(ana, Name(ana, upload)["seq"]);
  EXPECT_TRUE(Get(url).body == bytes);
  const WebPeer::Answer answer = tls.Get(url, "localhost");
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.body == bytes);
}

TEST_F(FilesOnDisk, AnUploadThatBrokeOffGoesOnAfterARestart) {
  Start();
  const std::string bytes = Bytes(500'000);
  std::string url;
  std::string id;
  std::string token;
  {
    LinePeer ana(server_->port(), "Ana");
    token = ana.token();
    ana.Join("lab");
    const Json upload = Upload(ana, bytes.size());
    url = upload["url"].Text();
    id = upload["file"].Text();
    WebPeer web = Plain();
    web.Send(Put(url, bytes.substr(0, 200'000), RangeField(0, 200'000, bytes.size())));
    const WebPeer::Answer answer = web.NextAnswer();
    EXPECT_EQ(answer.status, 204);
    EXPECT_EQ(answer.Field("Upload-Offset"), "200000");
    // Breaks off in the middle of a piece.
    web.Send("PUT " + url + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 300000\r\n" +
             RangeField(200'000, 300'000, bytes.size()) + "\r\n" + bytes.substr(200'000, 50'000));
    web.Reset();
  }
  Restart();
  WebPeer web = Plain();
  web.Send("HEAD " + url + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const WebPeer::Answer head = web.NextAnswer(true);
  EXPECT_EQ(head.status, 200);
  const std::size_t there = std::stoul(head.Field("Upload-Offset"));
  ASSERT_GE(there, 200'000U);
  ASSERT_LT(there, bytes.size());
  web.Send(Put(url, bytes.substr(there), RangeField(there, bytes.size() - there, bytes.size())));
  EXPECT_EQ(web.NextAnswer().status, 201);
  LinePeer ana(server_->port());
  ana.HelloWithToken(token);
  ana.Join("lab");
  const Json ok = ana.Ask("message", {{"room", "lab"}, {"text", "at last"}, {"file", id}});
  ASSERT_EQ(Outcome(ok), "ok");
  EXPECT_TRUE(Get(UrlOf(ana, ok["seq"])).body == bytes);
}

TEST_F(FilesOnDisk, AFileOutlivesARestart) {
  Start();
  const std::string bytes = Bytes(100'000);
  {
    LinePeer ana(server_->port(), "Ana");
    ana.Join("lab");
    Share(ana, bytes);
  }
  Restart();
  LinePeer ben(server_->port(), "Ben");
  const Json joined = ben.Join("lab");
  EXPECT_EQ(joined["messages"][0]["file"]["name"], "notes.txt");
  EXPECT_TRUE(Get(UrlOf(ben, joined["last"])).body == bytes);
}

TEST_F(FilesOnDisk, APieceAtAnotherOffsetIsRefusedAndSaysWhatIsThere) {
  Start();
  LinePeer ana(server_->port(), "Ana");
  ana.Join("lab");
  const std::string url = Upload(ana, 10)["url"].Text();
  WebPeer first = Plain();
  first.Send(Put(url, "abcd", RangeField(0, 4, 10)));
  EXPECT_EQ(first.NextAnswer().status, 204);
  for (const std::size_t offset : {0U, 3U, 5U}) {
    WebPeer web = Plain();
    web.Send(Put(url, "efgh", RangeField(offset, 4, 10)));
    const WebPeer::Answer answer = web.NextAnswer();
    EXPECT_EQ(answer.status, 409) << offset;
    EXPECT_EQ(answer.Field("Upload-Offset"), "4") << offset;
  }
  first.Send(Put(url, "efghij", RangeField(4, 6, 10)));
  EXPECT_EQ(first.NextAnswer().status, 201);
}

TEST_F(FilesOnDisk, WrongLengthsAndRangesAreRefusedEachWithItsStatus) {
  Start();
  LinePeer ana(server_->port(), "Ana");
  ana.Join("lab");
  const std::string url = Upload(ana, 10)["url"].Text();
  const auto status = [&](const std::string& fields, std::string_view body = "") {
    WebPeer web = Plain();
    web.Send(std::string("PUT ").append(url) + " HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n" +
             std::string(body));
    return web.NextAnswer().status;
  };
  EXPECT_EQ(status(""), 411);
  EXPECT_EQ(status("Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n0\r\n\r\n"), 411);
  EXPECT_EQ(status("Content-Length: 11\r\n", "abcdefghijk"), 413);
  EXPECT_EQ(status("Content-Length: 9\r\n", "abcdefghi"), 400);
  EXPECT_EQ(status("Content-Length: x\r\n"), 400);
  EXPECT_EQ(status("Content-Length: 3\r\nContent-Range: bytes 0-2/11\r\n", "abc"), 400);
  EXPECT_EQ(status("Content-Length: 3\r\nContent-Range: bytes 0-3/10\r\n", "abc"), 400);
  EXPECT_EQ(status("Content-Length: 3\r\nContent-Range: bytes 2-0/10\r\n", "abc"), 400);
  EXPECT_EQ(status("Content-Length: 3\r\nContent-Range: lines 0-2/10\r\n", "abc"), 400);
  EXPECT_EQ(status("Content-Length: 10\r\nTransfer-Encoding: chunked\r\n", "abcdefghij"), 400);
  EXPECT_EQ(status("Content-Length: 10\r\n", "abcdefghij"), 201);
}

TEST_F(FilesOnDisk, AnUnknownUrlIsNotFoundAndItsBodyIsReadByNobody) {
  Start();
  LinePeer ana(server_->port(), "Ana");
  ana.Join("lab");
  const std::string url = Upload(ana, 10)["url"].Text();
  for (std::string other : {url + "x", url.substr(0, url.size() - 1), std::string("/files/../messages.db"),
                            std::string("/files/owner"), std::string("/files/%2e%2e/token.key")}) {
    WebPeer web = Plain();
    web.Send(Put(other, "abcdefghij"));
    EXPECT_EQ(web.NextAnswer().status, 404) << other;
    EXPECT_EQ(Get(other).status, 404) << other;
  }
  WebPeer web = Plain();
  web.Send(Put("/", "abcdefghij"));
  EXPECT_EQ(web.NextAnswer().status, 405);
}

TEST_F(FilesOnDisk, ARangeOfADownloadIsServed) {
  Start();
  LinePeer ana(server_->port(), "Ana");
  ana.Join("lab");
  const std::string url = UrlOf(ana, Share(ana, "0123456789")["seq"]);
  const WebPeer::Answer middle = Get(url, "Range: bytes=2-4\r\n");
  EXPECT_EQ(middle.status, 206);
  EXPECT_EQ(middle.body, "234");
  EXPECT_EQ(middle.Field("Content-Range"), "bytes 2-4/10");
  EXPECT_EQ(Get(url, "Range: bytes=7-\r\n").body, "789");
  EXPECT_EQ(Get(url, "Range: bytes=-2\r\n").body, "89");
  const WebPeer::Answer beyond = Get(url, "Range: bytes=10-\r\n");
  EXPECT_EQ(beyond.status, 416);
  EXPECT_EQ(beyond.Field("Content-Range"), "bytes */10");
  EXPECT_EQ(Get(url, "Range: bytes=2-4\r\nIf-Range: \"other\"\r\n").body, "0123456789");
}

TEST_F(FilesOnDisk, OnlyThePicturesThatCannotRunAreInlineAndNoTypeIsAScript) {
  Start();
  LinePeer ana(server_->port(), "Ana");
  ana.Join("lab");
  const auto served = [&](std::string_view name, std::string_view type) {
    return Get(UrlOf(ana, Share(ana, "x", name, type)["seq"]));
  };
  EXPECT_THAT(served("a.png", "image/png").Field("Content-Disposition"), StartsWith("inline"));
  for (const std::string_view type :
       {"text/html", "image/svg+xml", "text/javascript", "text/css", "application/xhtml+xml", "text/xml"}) {
    const WebPeer::Answer answer = served("a.png", type);
    EXPECT_EQ(answer.Field("Content-Type"), "application/octet-stream") << type;
    EXPECT_THAT(answer.Field("Content-Disposition"), StartsWith("attachment")) << type;
  }
}

TEST_F(FilesOnDisk, AFileOverFileSizeOrFilesTotalIsRefused) {
  Start({"--file-size", "1000", "--files-total", "2000"});
  LinePeer ana(server_->port(), "Ana");
  ana.Join("lab");
  EXPECT_EQ(Outcome(Upload(ana, 1001)), "file_too_large");
  EXPECT_EQ(Outcome(Upload(ana, 1000)), "upload");
  EXPECT_EQ(Outcome(Upload(ana, 1000)), "upload");
  EXPECT_EQ(Outcome(Upload(ana, 1)), "no_space");
}

TEST_F(FilesOnDisk, AFullDiskIsAClearErrorAndLosesNothing) {
  Start();
  LinePeer ana(server_->port(), "Ana");
  ana.Join("lab");
  const std::string bytes = Bytes(6 * kMiB);
  const std::string url = Upload(ana, bytes.size())["url"].Text();
  const rlimit full{4 * kMiB, RLIM_INFINITY};
  ASSERT_EQ(::prlimit(server_->process().pid(), RLIMIT_FSIZE, &full, nullptr), 0);
  WebPeer web = Plain();
  web.Send("PUT " + url + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(bytes.size()) +
           "\r\n\r\n" + bytes.substr(0, 5 * kMiB));
  const WebPeer::Answer refused = web.NextAnswer();
  EXPECT_EQ(refused.status, 507);
  const std::size_t there = std::stoul(refused.Field("Upload-Offset"));
  EXPECT_GT(there, 3 * kMiB);
  EXPECT_EQ(Outcome(ana.Say("lab", "the chat goes on")), "ok");
  const rlimit roomy{RLIM_INFINITY, RLIM_INFINITY};
  ASSERT_EQ(::prlimit(server_->process().pid(), RLIMIT_FSIZE, &roomy, nullptr), 0);
  WebPeer again = Plain();
  again.Send(Put(url, bytes.substr(there), RangeField(there, bytes.size() - there, bytes.size())));
  EXPECT_EQ(again.NextAnswer().status, 201);
}

TEST_F(FilesOnDisk, TenUploadsAtOnceCostLittleMemory) {
  Start();
  LinePeer ana(server_->port(), "Ana");
  ana.Join("lab");
  constexpr std::size_t kSize = 20 * kMiB;
  const std::string piece = Bytes(kMiB);
  std::vector<std::string> urls;
  for (int i = 0; i < 10; ++i) urls.push_back(Upload(ana, kSize)["url"].Text());
  const std::size_t before = server_->ResidentBytes();
  std::vector<WebPeer> peers;
  for (const std::string& url : urls) {
    peers.push_back(Plain());
    peers.back().Send("PUT " + url + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " +
                      std::to_string(kSize) + "\r\n\r\n");
  }
  std::size_t max = before;
  for (std::size_t sent = 0; sent < kSize; sent += piece.size()) {
    for (WebPeer& peer : peers) peer.Send(piece);
    max = std::max(max, server_->ResidentBytes());
  }
  for (WebPeer& peer : peers) EXPECT_EQ(peer.NextAnswer().status, 201);
  EXPECT_LT(max - before, 8 * kMiB * PARLEY_TEST_MEMORY_FACTOR);
}

TEST_F(FilesOnDisk, FilesOffRefusesEveryFileRequest) {
  Start({"--files", "off"});
  LinePeer ana(server_->port());
  EXPECT_THAT(ana.Hello("Ana").raw(), Not(HasSubstr("\"files\"")));
  ana.Join("lab");
  EXPECT_EQ(Outcome(Upload(ana, 3)), "files_off");
  EXPECT_EQ(Outcome(ana.Ask("download", {{"room", "lab"}, {"seq", 1}})), "files_off");
  EXPECT_EQ(Outcome(ana.Ask("message", {{"room", "lab"}, {"text", "x"}, {"file", "0123"}})), "files_off");
  EXPECT_EQ(Get("/files/u/x").status, 404);
}

TEST_F(FilesOnDisk, TheFolderOfAnotherDataFolderIsRefused) {
  const TemporaryFolder files;
  Start({"--files", files.path().string()});
  EXPECT_EQ(server_->Stop(), 0);
  const TemporaryFolder other;
  Process server({ChatServerPath(), "--plain", "127.0.0.1:0", "--tls", "off", "--data", other.path().string(),
                  "--files", files.path().string()});
  EXPECT_EQ(server.WaitForExit(), 1);
  EXPECT_THAT(server.err().TakeAll(), HasSubstr("another data folder"));
}

}  // namespace
}  // namespace parley::test
