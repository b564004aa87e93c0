// What HTTP says about files: which pieces are taken, and how files are served.

#include "server/http/file_answers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <variant>

namespace parley {
namespace {

using testing::HasSubstr;
using testing::Not;

// The status of a refusal, or "first+bytes".
std::string Put(std::string_view fields, std::uint64_t size = 10, std::uint64_t offset = 0) {
  const std::string head =
      std::string("PUT /files/u/x HTTP/1.1\r\nHost: localhost\r\n").append(fields).append("\r\n");
  const auto parsed = ParseHttpHead(head);
  if (const auto* bad = std::get_if<HttpBad>(&parsed)) return "bad " + std::to_string(bad->status);
  const auto part = PartOf(std::get<HttpRequest>(parsed), size, offset);
  if (const auto* refusal = std::get_if<UploadRefusal>(&part)) return std::to_string(refusal->status);
  return std::to_string(std::get<UploadPart>(part).first) + '+' +
         std::to_string(std::get<UploadPart>(part).bytes);
}

TEST(FileAnswers, APutBringsAllOrAPiece) {
  EXPECT_EQ(Put("Content-Length: 10\r\n"), "0+10");
  EXPECT_EQ(Put("Content-Length: 4\r\nContent-Range: bytes 0-3/10\r\n"), "0+4");
  EXPECT_EQ(Put("Content-Length: 6\r\nContent-Range: Bytes 4-9/10\r\n", 10, 4), "4+6");
}

TEST(FileAnswers, APutWithoutALengthIs411) {
  EXPECT_EQ(Put(""), "411");
  EXPECT_EQ(Put("Transfer-Encoding: chunked\r\n"), "411");
}

TEST(FileAnswers, APutWithMoreThanWasAnnouncedIs413) {
  EXPECT_EQ(Put("Content-Length: 11\r\n"), "413");
  EXPECT_EQ(Put("Content-Length: 18446744073709551615\r\n"), "413");
  EXPECT_EQ(Put("Content-Length: 18446744073709551616\r\n"), "bad 413");
}

TEST(FileAnswers, APutAtAnotherOffsetIs409) {
  EXPECT_EQ(Put("Content-Length: 10\r\n", 10, 4), "409");
  EXPECT_EQ(Put("Content-Length: 4\r\nContent-Range: bytes 4-7/10\r\n"), "409");
}

TEST(FileAnswers, AMalformedPutIs400) {
  for (const std::string_view range :
       {"bytes 0-3/11", "bytes 0-4/10", "bytes 3-0/10", "bytes 0-3/*", "bytes */10", "bytes 0-3",
        "bytes -3/10", "bytes +0-3/10", "bytes 0 - 3/10", "items 0-3/10", "", "bytes 7-10/10",
        "bytes 0-99999999999999999999/10"}) {
    EXPECT_EQ(Put("Content-Length: 4\r\nContent-Range: " + std::string(range) + "\r\n"), "400") << range;
  }
  EXPECT_EQ(Put("Content-Length: 9\r\n"), "400");
  EXPECT_EQ(Put("Content-Length: 0\r\n"), "400");
  EXPECT_EQ(Put("Content-Length: 4\r\nContent-Range: bytes 0-3/10\r\nContent-Range: bytes 0-3/10\r\n"),
            "400");
  EXPECT_EQ(Put("Content-Length: 4, 4\r\n"), "bad 400");
  EXPECT_EQ(Put("Content-Length: 4\r\nContent-Length: 4\r\n"), "bad 400");
  EXPECT_EQ(Put("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n"), "bad 400");
}

FileAnswer Get(std::string_view fields = "", OfferedFile file = {"notes.txt", "text/plain", "abcd", 10},
               std::string_view method = "GET") {
  const std::string head =
      std::string(method).append(" /files/d/x HTTP/1.1\r\nHost: localhost\r\n").append(fields).append("\r\n");
  return AnswerWithFile(FileQuestionOf(std::get<HttpRequest>(ParseHttpHead(head))), file, {});
}
std::string Ranged(std::string_view range) {
  const FileAnswer answer = Get("Range: " + std::string(range) + "\r\n");
  return std::to_string(answer.response.status) + ' ' + std::to_string(answer.begin) + '-' +
         std::to_string(answer.end);
}

TEST(FileAnswers, ARangeIsServed) {
  EXPECT_EQ(Ranged("bytes=0-0"), "206 0-1");
  EXPECT_EQ(Ranged("bytes=4-"), "206 4-10");
  EXPECT_EQ(Ranged("bytes=4-99"), "206 4-10");
  EXPECT_EQ(Ranged("bytes=-3"), "206 7-10");
  EXPECT_EQ(Ranged("bytes=-99"), "206 0-10");
  EXPECT_THAT(Get("Range: bytes=4-5\r\n").response.head,
              AllOf(HasSubstr("Content-Range: bytes 4-5/10\r\n"), HasSubstr("Content-Length: 2\r\n")));
}

TEST(FileAnswers, ARangeThatIsNotThereIs416) {
  EXPECT_EQ(Ranged("bytes=10-"), "416 10-10");
  EXPECT_EQ(Ranged("bytes=-0"), "416 10-10");
  EXPECT_THAT(Get("Range: bytes=10-\r\n").response.head, HasSubstr("Content-Range: bytes */10\r\n"));
}

TEST(FileAnswers, AnInvalidRangeIsIgnored) {
  for (const std::string_view range :
       {"bytes=5-4", "bytes=a-b", "bytes=", "bytes=-", "bytes=0-1,3-4", "lines=0-1"}) {
    EXPECT_EQ(Ranged(range), "200 0-10") << range;
  }
  EXPECT_EQ(Get("Range: bytes=0-1\r\nIf-Range: \"other\"\r\n").response.status, 200);
  EXPECT_EQ(Get("Range: bytes=0-1\r\nIf-Range: \"abcd\"\r\n").response.status, 206);
}

TEST(FileAnswers, AFileMayDoNothingWhereverItIsShown) {
  EXPECT_THAT(Get().response.head, AllOf(HasSubstr("Content-Security-Policy: sandbox; default-src 'none'"),
                                         HasSubstr("X-Content-Type-Options: nosniff\r\n"),
                                         HasSubstr("Cache-Control: no-store\r\n"),
                                         HasSubstr("Cross-Origin-Resource-Policy: same-origin\r\n"),
                                         HasSubstr("Content-Disposition: attachment;")));
}

TEST(FileAnswers, OnlyPicturesAreInline) {
  const auto head = [](std::string_view type) { return Get("", {"a", type, "abcd", 10}).response.head; };
  for (const std::string_view type :
       {"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "Image/PNG"}) {
    EXPECT_THAT(head(type), HasSubstr("Content-Disposition: inline;")) << type;
  }
  for (const std::string_view type : {"image/svg+xml", "text/html", "application/pdf", "video/mp4"}) {
    EXPECT_THAT(head(type), HasSubstr("Content-Disposition: attachment;")) << type;
  }
}

TEST(FileAnswers, NoTypeCanBeLoadedAsAScriptOrAStyle) {
  for (const std::string_view type :
       {"text/javascript", "application/javascript", "text/css", "text/html", "image/svg+xml",
        "application/wasm", "application/json", "text/plainx", "x/y"}) {
    EXPECT_THAT(Get("", {"a", type, "abcd", 10}).response.head,
                HasSubstr("Content-Type: application/octet-stream\r\n"))
        << type;
  }
  EXPECT_THAT(Get("", {"a", "text/plain; charset=latin1", "abcd", 10}).response.head,
              HasSubstr("Content-Type: text/plain; charset=utf-8\r\n"));
}

TEST(FileAnswers, ANameMakesNoLineOfTheHead) {
  const std::string head = Get("", {"作\"业;\r\nX: y.txt", "text/plain", "abcd", 10}).response.head;
  EXPECT_THAT(head, HasSubstr("filename*=UTF-8''%E4%BD%9C%22%E4%B8%9A%3B%0D%0AX%3A%20y.txt\r\n"));
  EXPECT_THAT(head, Not(HasSubstr("\nX: y")));
}

TEST(FileAnswers, AHeadHasNoBytes) {
  const FileAnswer answer = Get("", {"notes.txt", "text/plain", "abcd", 10}, "HEAD");
  EXPECT_EQ(answer.begin, answer.end);
  EXPECT_THAT(answer.response.head, HasSubstr("Content-Length: 10\r\n"));
}

TEST(FileAnswers, AHeadWithARangeIsAboutTheWholeFile) {
  const FileAnswer answer = Get("Range: bytes=4-5\r\n", {"notes.txt", "text/plain", "abcd", 10}, "HEAD");
  EXPECT_EQ(answer.response.status, 200);
  EXPECT_THAT(answer.response.head, HasSubstr("Content-Length: 10\r\n"));
}

}  // namespace
}  // namespace parley
