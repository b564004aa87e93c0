#include "server/http/content_coding.h"

#include <gtest/gtest.h>

#include <string>
#include <variant>

#include "tests/server/http/expand.h"

namespace parley {
namespace {

using enum ContentCoding;

ContentCoding Choose(std::string_view accept, bool gzip = true, bool brotli = true) {
  const std::string head = "GET / HTTP/1.1\r\nHost: a\r\n" +
                           (accept.empty() ? "" : "Accept-Encoding: " + std::string(accept) + "\r\n") +
                           "\r\n";
  return ChooseCoding(std::get<HttpRequest>(ParseHttpHead(head)), gzip, brotli);
}

TEST(ContentCoding, IsIdentityWhereNoKnownCodingIsAccepted) {
  EXPECT_EQ(Choose(""), kIdentity);
  EXPECT_EQ(Choose("identity"), kIdentity);
  EXPECT_EQ(Choose("deflate, zstd"), kIdentity);
}

TEST(ContentCoding, IsTheOneThatIsLikedBest) {
  EXPECT_EQ(Choose("gzip"), kGzip);
  EXPECT_EQ(Choose("GZIP"), kGzip);
  EXPECT_EQ(Choose("x-gzip"), kGzip);
  EXPECT_EQ(Choose("br"), kBrotli);
  EXPECT_EQ(Choose("gzip, deflate, br, zstd"), kBrotli);
  EXPECT_EQ(Choose("gzip;q=1.0, br;q=0.9"), kGzip);
  EXPECT_EQ(Choose("gzip;q=0.8, br;q=0.801"), kBrotli);
  EXPECT_EQ(Choose("gzip ; q=0.8 , br ; q=0.5"), kGzip);
  EXPECT_EQ(Choose("identity;q=0.5, gzip;q=0.4"), kIdentity);
  EXPECT_EQ(Choose("identity;q=0.5, gzip;q=0.6"), kGzip);
}

TEST(ContentCoding, IsNeverOneThatIsRefused) {
  EXPECT_EQ(Choose("gzip;q=0, br;q=0.0"), kIdentity);
  EXPECT_EQ(Choose("br;q=0.000, gzip"), kGzip);
  EXPECT_EQ(Choose("gzip;q=0, *"), kBrotli);
  EXPECT_EQ(Choose("*;q=0"), kIdentity);
  EXPECT_EQ(Choose("*;q=0, gzip"), kGzip);
}

TEST(ContentCoding, ReadsTheStar) {
  EXPECT_EQ(Choose("*"), kBrotli);
  EXPECT_EQ(Choose("br;q=0.1, *;q=0.5"), kGzip);
}

TEST(ContentCoding, DoesNotUseWhatItCannotRead) {
  for (const std::string_view accept :
       {"gzip;q=", "gzip;q=2", "gzip;q=1.001", "gzip;q=0.1234", "gzip;q=-1", "gzip;q=.5", "gzip;q=1x",
        "gzip;x=1", "gzip;", ";q=1", "gzip;q=0,5"}) {
    EXPECT_EQ(Choose(accept), kIdentity) << accept;
  }
}

TEST(ContentCoding, IsOnlyOneThatIsThere) {
  EXPECT_EQ(Choose("gzip, br", true, false), kGzip);
  EXPECT_EQ(Choose("gzip;q=0.1, br", true, false), kGzip);
  EXPECT_EQ(Choose("gzip, br", false, false), kIdentity);
  EXPECT_EQ(Choose("br", true, false), kIdentity);
}

TEST(ContentCoding, IsIdentityWhereAllIsRefused) {
  EXPECT_EQ(Choose("identity;q=0, *;q=0"), kIdentity);
}

TEST(Compression, GivesBackWhatWentIn) {
  for (const std::size_t size : {0U, 1U, 1000U, 100'000U}) {
    const std::string text = test::Wordy(size);
    EXPECT_EQ(test::ExpandGzip(CompressGzip(text)), text) << size;
    EXPECT_EQ(test::ExpandBrotli(CompressBrotli(text)), text) << size;
  }
}

TEST(Compression, Compresses) {
  const std::string text = test::Wordy(10'000);
  EXPECT_LT(CompressGzip(text).size(), text.size() / 5);
  EXPECT_LT(CompressBrotli(text).size(), text.size() / 5);
}

TEST(Compression, TellsNothingOfWhenItWasMade) {
  EXPECT_EQ(CompressGzip("x").substr(4, 4), std::string(4, '\0'));  // the time field of gzip
}

}  // namespace
}  // namespace parley
