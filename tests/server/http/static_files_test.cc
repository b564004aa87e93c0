#include "server/http/static_files.h"

#include <gtest/gtest.h>

#include <fstream>
#include <stdexcept>
#include <string>

#include "common/base/limits.h"
#include "tests/server/http/expand.h"
#include "tests/server/http/folder.h"

namespace parley::test {
namespace {

class StaticFilesTest : public testing::Test {
 protected:
  StaticFiles Load() { return LoadFiles(folder_.path()); }
  // Why the folder can't be loaded.
  std::string Wrong() {
    try {
      Load();
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "";
  }

  Folder folder_;
};

TEST_F(StaticFilesTest, AreNoneAtFirst) {
  EXPECT_EQ(StaticFiles().size(), 0U);
  EXPECT_EQ(StaticFiles().Find("/index.html"), nullptr);
  EXPECT_EQ(Load().size(), 0U);
}

TEST_F(StaticFilesTest, AreFoundByTheirPath) {
  folder_.Write("index.html", "<p>");
  folder_.Write("assets/deep/app.js", "1");
  folder_.Write("empty.txt", "");
  const StaticFiles files = Load();
  ASSERT_EQ(files.size(), 3U);
  EXPECT_EQ(files.Find("/index.html")->identity.body.view(), "<p>");
  EXPECT_EQ(files.Find("/assets/deep/app.js")->identity.body.view(), "1");
  EXPECT_EQ(files.Find("/empty.txt")->identity.body.view(), "");
}

TEST_F(StaticFilesTest, AreFoundByNoOtherName) {
  folder_.Write("index.html", "");
  folder_.Write("a/b.txt", "");
  const StaticFiles files = Load();
  for (const std::string_view path :
       {"", "/", "index.html", "//index.html", "/a/../index.html", "/./index.html", "/INDEX.HTML",
        "/index.html/", "/a", "/a/", "/a//b.txt", "/a\\b.txt"}) {
    EXPECT_EQ(files.Find(path), nullptr) << path;
  }
}

TEST_F(StaticFilesTest, KnowWhatTheyAre) {
  folder_.Write("a.html", "");
  folder_.Write("a.JS", "");
  folder_.Write("a.woff2", "");
  folder_.Write("app.en.webmanifest", "");
  folder_.Write("icon-192.png", "");
  folder_.Write("noending", "");
  folder_.Write("a.unknown", "");
  const StaticFiles files = Load();
  EXPECT_EQ(files.Find("/a.html")->content_type, "text/html; charset=utf-8");
  EXPECT_EQ(files.Find("/a.JS")->content_type, "text/javascript; charset=utf-8");
  EXPECT_EQ(files.Find("/a.woff2")->content_type, "font/woff2");
  EXPECT_EQ(files.Find("/app.en.webmanifest")->content_type, "application/manifest+json");
  EXPECT_EQ(files.Find("/icon-192.png")->content_type, "image/png");
  EXPECT_EQ(files.Find("/noending")->content_type, "application/octet-stream");
  EXPECT_EQ(files.Find("/a.unknown")->content_type, "application/octet-stream");
}

TEST_F(StaticFilesTest, NeverChangeInAssets) {
  folder_.Write("index.html", "");
  folder_.Write("assets/app.js", "");
  folder_.Write("other/assets/app.js", "");
  folder_.Write("worker.js", "");
  const StaticFiles files = Load();
  EXPECT_FALSE(files.Find("/index.html")->immutable);
  EXPECT_TRUE(files.Find("/assets/app.js")->immutable);
  EXPECT_FALSE(files.Find("/worker.js")->immutable);  // a browser looks here for the next version of the page
  EXPECT_FALSE(files.Find("/other/assets/app.js")->immutable);
}

TEST_F(StaticFilesTest, AreCompressedWhereItPays) {
  const std::string text = Wordy(5'000);
  folder_.Write("app.js", text);
  folder_.Write("photo.jpg", text);
  folder_.Write("small.js", "1");
  const StaticFiles files = Load();
  const StaticFile& app = *files.Find("/app.js");
  EXPECT_EQ(ExpandGzip(app.gzip.body.view()), text);
  EXPECT_EQ(ExpandBrotli(app.brotli.body.view()), text);
  for (const std::string_view path : {"/photo.jpg", "/small.js"}) {
    EXPECT_FALSE(files.Find(path)->gzip.body) << path;
    EXPECT_FALSE(files.Find(path)->brotli.body) << path;
  }
}

TEST_F(StaticFilesTest, TakeTheFormsThatLieBesideThem) {
  folder_.Write("app.js", Wordy(5'000));
  folder_.Write("app.js.gz", "a gzip");
  folder_.Write("app.js.br", "a brotli");
  folder_.Write("photo.jpg", Wordy(100));
  folder_.Write("photo.jpg.br", Wordy(100));  // no smaller: of no use
  folder_.Write("alone.gz", "an archive");
  const StaticFiles files = Load();
  EXPECT_EQ(files.size(), 3U);
  EXPECT_EQ(files.Find("/app.js")->gzip.body.view(), "a gzip");
  EXPECT_EQ(files.Find("/app.js")->brotli.body.view(), "a brotli");
  EXPECT_FALSE(files.Find("/photo.jpg")->brotli.body);
  EXPECT_EQ(files.Find("/app.js.gz"), nullptr);
  EXPECT_EQ(files.Find("/alone.gz")->identity.body.view(), "an archive");
  EXPECT_EQ(files.Find("/alone.gz")->content_type, "application/gzip");
}

TEST_F(StaticFilesTest, HaveATagForEachContentAndForm) {
  folder_.Write("a.js", Wordy(5'000));
  folder_.Write("b.js", Wordy(5'000));
  folder_.Write("c.js", Wordy(5'001));
  const StaticFiles files = Load();
  const StaticFile& a = *files.Find("/a.js");
  EXPECT_EQ(a.identity.etag, files.Find("/b.js")->identity.etag);
  EXPECT_NE(a.identity.etag, files.Find("/c.js")->identity.etag);
  EXPECT_NE(a.identity.etag, a.gzip.etag);
  EXPECT_NE(a.gzip.etag, a.brotli.etag);
  for (const std::string& etag : {a.identity.etag, a.gzip.etag, a.brotli.etag}) {
    EXPECT_TRUE(etag.starts_with('"') && etag.ends_with('"')) << etag;
    EXPECT_EQ(etag.find_first_of("\", ", 1), etag.size() - 1) << etag;
  }
  EXPECT_EQ(Load().Find("/a.js")->brotli.etag, a.brotli.etag);
}

TEST_F(StaticFilesTest, LeaveDotFilesOut) {
  folder_.Write(".env", "secret");
  folder_.Write(".git/config", "secret");
  folder_.Write("assets/.hidden", "secret");
  folder_.Write("assets/.hidden.d/x", "secret");
  folder_.Write("a.b.txt", "");
  EXPECT_EQ(Load().size(), 1U);
}

TEST_F(StaticFilesTest, LeaveLinksOutThatLeadElsewhere) {
  Folder elsewhere;
  elsewhere.Write("secret.txt", "secret");
  folder_.Write("inside.txt", "fine");
  folder_.Write(".hidden", "secret");
  folder_.Write("d/x.txt", "");
  folder_.Link("absolute.txt", elsewhere.path() / "secret.txt");
  folder_.Link("relative.txt", std::filesystem::relative(elsewhere.path() / "secret.txt", folder_.path()));
  folder_.Link("chain.txt", "absolute.txt");
  folder_.Link("hidden.txt", ".hidden");
  folder_.Link("folder", elsewhere.path());
  folder_.Link("circle", ".");
  folder_.Link("broken.txt", "nowhere");
  folder_.Link("loop.txt", "loop.txt");
  folder_.Link("good.txt", "inside.txt");
  const StaticFiles files = Load();
  EXPECT_EQ(files.size(), 3U);
  EXPECT_EQ(files.Find("/good.txt")->identity.body.view(), "fine");
}

TEST_F(StaticFilesTest, MayLieBehindALink) {
  folder_.Write("releases/2/index.html", "two");
  folder_.Link("current", "releases/2");
  EXPECT_EQ(LoadFiles(folder_.path() / "current").Find("/index.html")->identity.body.view(), "two");
}

TEST_F(StaticFilesTest, MayHaveADottedFolderAboveThem) {
  folder_.Write(".cache/dist/index.html", "x");
  EXPECT_NE(LoadFiles(folder_.path() / ".cache/dist").Find("/index.html"), nullptr);
}

TEST_F(StaticFilesTest, LiveAsLongAsTheirReaders) {
  folder_.Write("a.txt", "text");
  BlobRef body;
  {
    const StaticFiles files = Load();
    body = files.Find("/a.txt")->identity.body;
  }
  EXPECT_EQ(body.view(), "text");
}

TEST_F(StaticFilesTest, SayWhyTheyCannotBeLoaded) {
  std::string error;
  EXPECT_FALSE(StaticFiles::Load(folder_.path() / "absent", error));
  EXPECT_NE(error.find("absent': No such file"), std::string::npos) << error;
  folder_.Write("file", "");
  error.clear();
  EXPECT_FALSE(StaticFiles::Load(folder_.path() / "file", error));
  EXPECT_NE(error, "");
}

// The file has no content on disk: only its size is asked for.
TEST_F(StaticFilesTest, RefuseAFolderThatIsTooLarge) {
  folder_.Write("small.txt", "x");
  folder_.Write("large.bin", "");
  std::filesystem::resize_file(folder_.path() / "large.bin", limits::kStaticBytes);
  EXPECT_NE(Wrong().find("too large"), std::string::npos) << Wrong();
}

}  // namespace
}  // namespace parley::test
