// The page and its files over HTTP.

#include <gtest/gtest.h>

#include <string>

#include "tests/server/http/expand.h"
#include "tests/server/http/folder.h"
#include "tests/server/http/web_client.h"

namespace parley::test {
namespace {

class HttpFiles : public testing::Test {
 protected:
  HttpFiles() {
    folder_.Write("index.html", kPage);
    folder_.Write("favicon.svg", "<svg/>");
    folder_.Write("assets/app-1a2b.js", script_);
    client_.service().set_files(LoadFiles(folder_.path()));
  }

  static constexpr std::string_view kPage = "<!doctype html>";
  std::string script_ = Wordy(3'000);
  Folder folder_;
  WebClient client_;
};

TEST_F(HttpFiles, ThePageIsAtTheRootAndAtEachRoom) {
  for (const std::string_view target : {"/", "/?x=1", "/room/lobby", "/room/a%20b",
                                        "/room/%E8%AF%BE%E5%A0%82?invite", "/room/no%5Cslash", "/room/..."}) {
    const Heard heard = client_.Get(target);
    EXPECT_EQ(heard.status, 200) << target;
    EXPECT_EQ(heard.body, kPage) << target;
    EXPECT_EQ(heard.Field("content-type"), "text/html; charset=utf-8");
    EXPECT_EQ(heard.Field("cache-control"), "no-cache");
    EXPECT_TRUE(heard.keep_alive);
  }
}

TEST_F(HttpFiles, ThePageOfARoomFindsItsFilesOneLevelUp) {
  const std::string head = R"(<script src=")";
  const std::string rest = R"(assets/a.js"></script><a href="https://x.example/./y">./z</a>)" + Wordy(3'000);
  folder_.Write("index.html", head + "./" + rest);
  client_.service().set_files(LoadFiles(folder_.path()));
  const Heard first = client_.Get("/");
  const Heard room = client_.Get("/room/x");
  EXPECT_EQ(first.body, head + "./" + rest);
  EXPECT_EQ(room.body, head + "../" + rest);
  EXPECT_NE(first.Field("etag"), room.Field("etag"));
  const Heard packed = client_.Get("/room/x", "Accept-Encoding: gzip\r\n");
  EXPECT_EQ(packed.Field("content-encoding"), "gzip");
  EXPECT_EQ(ExpandGzip(packed.body), room.body);
}

TEST_F(HttpFiles, APageThatIsNotInstalledIsSaidInRoomsToo) {
  client_.service().set_files({});
  for (const std::string_view target : {"/", "/room/x"}) EXPECT_EQ(client_.Get(target).status, 503) << target;
}

TEST_F(HttpFiles, BehindAProxyTheFileOfThePageLeadsToTheRootUnderItsPrefix) {
  const std::string_view forwarded = "X-Forwarded-For: 192.0.2.1\r\n";
  EXPECT_EQ(client_.Get("/index.html", forwarded).Field("location"), "./");
  EXPECT_EQ(client_.Get("/index.html?a=b", forwarded).Field("location"), "./?a=b");
}

TEST_F(HttpFiles, TheFileOfThePageLeadsToTheRoot) {
  const Heard heard = client_.Get("/index.html");
  EXPECT_EQ(heard.status, 308);
  EXPECT_EQ(heard.Field("location"), "/");
  EXPECT_EQ(heard.Field("content-length"), "0");
  EXPECT_EQ(client_.Get("/index.html?a=b").Field("location"), "/?a=b");
}

TEST_F(HttpFiles, OtherFilesAreServed) {
  const Heard heard = client_.Get("/favicon.svg");
  EXPECT_EQ(heard.status, 200);
  EXPECT_EQ(heard.body, "<svg/>");
  EXPECT_EQ(heard.Field("content-type"), "image/svg+xml");
  EXPECT_EQ(heard.Field("cache-control"), "no-cache");
  EXPECT_EQ(heard.Field("date"), "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST_F(HttpFiles, AssetsAreKeptForAYear) {
  const Heard heard = client_.Get("/assets/app-1a2b.js");
  EXPECT_EQ(heard.status, 200);
  EXPECT_EQ(heard.body, script_);
  EXPECT_EQ(heard.Field("cache-control"), "public, max-age=31536000, immutable");
}

TEST_F(HttpFiles, AnUnknownPathIsNotFound) {
  for (const std::string_view target :
       {"/room/", "/room", "/assets/", "/assets", "/absent", "/assets/absent.js", "/room/a/b", "/room/a%2Fb",
        "/index.htm", "/Index.html", "/WS"}) {
    const Heard heard = client_.Get(target);
    EXPECT_EQ(heard.status, 404) << target;
    EXPECT_TRUE(heard.keep_alive);
  }
}

TEST_F(HttpFiles, TheNotFoundPageSpeaksBothLanguages) {
  const Heard heard = client_.Get("/absent");
  EXPECT_EQ(heard.Field("content-type"), "text/html; charset=utf-8");
  EXPECT_NE(heard.body.find("Not found"), std::string::npos);
  EXPECT_NE(heard.body.find("没有这个页面"), std::string::npos);
  EXPECT_NE(heard.body.find("href=\"./\""), std::string::npos);
}

TEST_F(HttpFiles, TheNotFoundPageLeadsToTheRootFromAnyDepth) {
  for (const auto& [target, root] :
       {std::pair("/room", "./"), std::pair("/room/", "../"), std::pair("/no/such/page?a/b", "../../")}) {
    const std::string page = client_.Get(target).body;
    EXPECT_NE(page.find("href=\"" + std::string(root) + "\""), std::string::npos) << target;
    EXPECT_NE(page.find("href=\"" + std::string(root) + "trust.css\""), std::string::npos) << target;
    EXPECT_EQ(page.find("\"/"), std::string::npos) << target;
  }
}

TEST_F(HttpFiles, NothingOutsideCanBeNamed) {
  for (const std::string_view target : {"/..",
                                        "/../etc/passwd",
                                        "/assets/../index.html",
                                        "/assets/../../etc/passwd",
                                        "/%2e%2e/etc/passwd",
                                        "/%2E%2E%2Fetc%2Fpasswd",
                                        "/..%2fetc/passwd",
                                        "/%2fetc/passwd",
                                        "//etc/passwd",
                                        "//",
                                        "///",
                                        "/./index.html",
                                        "/.",
                                        "/%2e",
                                        "/assets//app-1a2b.js",
                                        "//assets/app-1a2b.js",
                                        "/assets/app-1a2b.js/",
                                        "/assets/app-1a2b.js%00",
                                        "/%00",
                                        "/index.html%00.js",
                                        "/assets%2f..%2findex.html",
                                        "/%252e%252e/etc/passwd",
                                        "/%c0%ae%c0%ae/etc/passwd",
                                        "/..;/etc/passwd",
                                        "/...//etc/passwd",
                                        "/room/..",
                                        "/room/.",
                                        "/room/%2e%2e",
                                        "/room/../../etc/passwd",
                                        "/room/..%2f..%2fetc%2fpasswd",
                                        "/room/%00",
                                        "/room//",
                                        "/file:///etc/passwd",
                                        "/~root",
                                        "/.env"}) {
    EXPECT_EQ(client_.Get(target).status, 404) << target;
  }
  for (const std::string_view target :
       {"/..\\etc\\passwd", "/\\", "/assets\\app-1a2b.js", "/room/..\\x", "/%", "/%zz", "/%2", "/assets/%"}) {
    EXPECT_EQ(client_.Get(target).status, 400) << target;
  }
}

TEST_F(HttpFiles, TheAbsoluteFormIsUnderstood) {
  const Heard heard =
      client_.Ask("GET https://chat.example/favicon.svg HTTP/1.1\r\nHost: chat.example\r\n\r\n");
  EXPECT_EQ(heard.body, "<svg/>");
}

TEST_F(HttpFiles, HeadIsGetWithoutTheBody) {
  for (const std::string_view target : {"/", "/assets/app-1a2b.js", "/absent", "/index.html", "/room/x"}) {
    Heard get = client_.Get(target);
    const Heard head = client_.Head(target);
    EXPECT_EQ(head.status, get.status) << target;
    EXPECT_EQ(head.fields, get.fields) << target;
    EXPECT_EQ(head.body, "") << target;
  }
}

TEST_F(HttpFiles, AFormIsChosenThatTheClientAccepts) {
  const std::string target = "/assets/app-1a2b.js";
  const Heard plain = client_.Get(target);
  EXPECT_EQ(plain.Field("content-encoding"), "");
  const Heard gzip = client_.Get(target, "Accept-Encoding: gzip\r\n");
  EXPECT_EQ(gzip.Field("content-encoding"), "gzip");
  EXPECT_EQ(ExpandGzip(gzip.body), script_);
  const Heard brotli = client_.Get(target, "Accept-Encoding: gzip, deflate, br\r\n");
  EXPECT_EQ(brotli.Field("content-encoding"), "br");
  EXPECT_EQ(ExpandBrotli(brotli.body), script_);
  for (const Heard& heard : {plain, gzip, brotli}) {
    EXPECT_EQ(heard.Field("vary"), "Accept-Encoding");
    EXPECT_EQ(heard.Field("content-type"), "text/javascript; charset=utf-8");
  }
  EXPECT_NE(plain.Field("etag"), gzip.Field("etag"));
  EXPECT_EQ(client_.Get("/favicon.svg").Field("vary"), "");
}

TEST_F(HttpFiles, AFileThatTheClientHasIsNotSentAgain) {
  const std::string target = "/assets/app-1a2b.js";
  for (const std::string accept : {"", "Accept-Encoding: gzip\r\n", "Accept-Encoding: br\r\n"}) {
    const std::string etag = client_.Get(target, accept).Field("etag");
    for (const std::string& known : {etag, "W/" + etag, "\"other\", " + etag, std::string("*")}) {
      const Heard heard = client_.Get(target, accept + "If-None-Match: " + known + "\r\n");
      EXPECT_EQ(heard.status, 304) << known;
      EXPECT_EQ(heard.body, "");
      EXPECT_EQ(heard.fields.count("content-length"), 0U);
      EXPECT_EQ(heard.Field("etag"), etag);
      EXPECT_EQ(heard.Field("vary"), "Accept-Encoding");
      EXPECT_EQ(heard.Field("cache-control"), "public, max-age=31536000, immutable");
      EXPECT_TRUE(heard.keep_alive);
    }
    const Heard changed = client_.Get(target, accept + "If-None-Match: \"other\"\r\n");
    EXPECT_EQ(changed.status, 200);
  }
}

TEST_F(HttpFiles, HeadIsConditionalToo) {
  const std::string etag = client_.Head("/").Field("etag");
  const Heard heard = client_.Head("/", "If-None-Match: " + etag + "\r\n");
  EXPECT_EQ(heard.status, 304);
  EXPECT_EQ(heard.Field("etag"), etag);
}

TEST_F(HttpFiles, AFileThatMustBeAnotherIsNotSent) {
  const std::string target = "/favicon.svg";
  const std::string etag = client_.Get(target).Field("etag");
  for (const std::string& wanted : {etag, std::string("*"), "\"other\", " + etag}) {
    EXPECT_EQ(client_.Get(target, "If-Match: " + wanted + "\r\n").status, 200) << wanted;
  }
  for (const std::string& wanted : {std::string("\"other\""), "W/" + etag, std::string()}) {
    const Heard heard = client_.Get(target, "If-Match: " + wanted + "\r\n");
    EXPECT_EQ(heard.status, 412) << wanted;
    EXPECT_NE(heard.body, "<svg/>");
    EXPECT_TRUE(heard.keep_alive);
  }
  // It goes before the other condition.
  EXPECT_EQ(client_.Get(target, "If-Match: \"other\"\r\nIf-None-Match: " + etag + "\r\n").status, 412);
  EXPECT_EQ(client_.Get(target, "If-Match: *\r\nIf-None-Match: " + etag + "\r\n").status, 304);
}

// There are tags, and no dates: what asks about dates gets the file.
TEST_F(HttpFiles, ConditionsOfDatesAreIgnored) {
  for (const std::string_view name : {"If-Modified-Since", "If-Unmodified-Since", "If-Range"}) {
    const Heard heard =
        client_.Get("/favicon.svg", std::string(name) + ": Sun, 06 Nov 1994 08:49:37 GMT\r\n");
    EXPECT_EQ(heard.status, 200) << name;
    EXPECT_EQ(heard.Field("last-modified"), "") << name;
  }
}

TEST_F(HttpFiles, AnErrorIgnoresConditions) {
  for (const std::string_view condition : {"If-None-Match: *\r\n", "If-Match: \"x\"\r\n"}) {
    EXPECT_EQ(client_.Get("/absent", condition).status, 404) << condition;
  }
}

TEST_F(HttpFiles, TheTagOfAnotherFormIsNotTheSame) {
  const std::string target = "/assets/app-1a2b.js";
  const std::string gzip = client_.Get(target, "Accept-Encoding: gzip\r\n").Field("etag");
  EXPECT_EQ(client_.Get(target, "If-None-Match: " + gzip + "\r\n").status, 200);
}

TEST_F(HttpFiles, RangesAreIgnored) {
  const Heard heard = client_.Get("/favicon.svg", "Range: bytes=0-1\r\n");
  EXPECT_EQ(heard.status, 200);
  EXPECT_EQ(heard.body, "<svg/>");
}

TEST_F(HttpFiles, TheFolderCanBeReplaced) {
  Folder other;
  other.Write("index.html", "new");
  client_.service().set_files(LoadFiles(other.path()));
  EXPECT_EQ(client_.Get("/").body, "new");
  EXPECT_EQ(client_.Get("/favicon.svg").status, 404);
}

TEST(HttpWithoutFiles, SaysThatThePageIsNotThere) {
  WebClient client;
  const Heard heard = client.Get("/");
  EXPECT_EQ(heard.status, 503);
  EXPECT_NE(heard.body.find("not installed"), std::string::npos);
  EXPECT_EQ(client.Get("/healthz").status, 200);
}

}  // namespace
}  // namespace parley::test
