// Which uploads there are, and their bounds: with time and bytes as values.

#include "server/files/uploads.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <variant>

#include "common/base/limits.h"

namespace parley {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

class UploadsTest : public testing::Test {
 protected:
  // The id of a new upload, or the code of the error.
  std::string Announce(std::uint64_t size, const std::string& owner = "account:ana",
                       const std::string& address = "10.0.0.1") {
    auto result = uploads_.Announce({.room = "lab",
                                     .owner = owner,
                                     .address = address,
                                     .name = "notes.txt",
                                     .size = size,
                                     .media_type = "text/plain"},
                                    now_);
    if (const auto* error = std::get_if<protocol::Error>(&result)) return std::string(ToString(error->code));
    return std::get<FileRecord>(result).id;
  }
  std::string Complete(std::uint64_t size) {
    std::string id = Announce(size);
    uploads_.Wrote(id, {.there = size, .sha256 = "abcd"});
    return id;
  }
  protocol::FileRef Claim(const std::string& id, const std::string& owner = "account:ana") {
    return uploads_.Claim(id, "lab", owner, now_);
  }
  void Pass(Duration time) {
    now_.monotonic += time;
    now_.wall += std::chrono::duration_cast<std::chrono::milliseconds>(time);
  }

  Now now_{MonotonicTime(seconds(1)), WallTime(seconds(1'000'000))};
  Uploads uploads_{{.file_bytes = 1000, .total_bytes = 3000}};
};

TEST_F(UploadsTest, AnUnfinishedUploadCountsWithItsWholeSize) {
  Announce(1000);
  EXPECT_EQ(uploads_.bytes(), 1000U);
  Announce(1000);
  EXPECT_EQ(Announce(1000).size(), 32U);
  EXPECT_EQ(Announce(1), "no_space");
}

TEST_F(UploadsTest, GuestsNeverTakeAllOfALargeSpace) {
  constexpr std::uint64_t kTotal = limits::kGuestReserveFrom;
  uploads_ = Uploads({.file_bytes = kTotal, .total_bytes = kTotal});
  EXPECT_EQ(Announce(kTotal / 2, "guest:ana").size(), 32U);
  EXPECT_EQ(Announce(kTotal / 4 + 1, "guest:ben"), "no_space");
  EXPECT_EQ(Announce(kTotal / 4, "guest:ben").size(), 32U);
  EXPECT_EQ(Announce(1, "guest:tom"), "no_space");
  EXPECT_EQ(Announce(kTotal / 4, "account:eva").size(), 32U);
}

TEST_F(UploadsTest, AGuestMayUseAllSpaceThatNobodyElseUses) {
  for (int i = 0; i < 3; ++i) EXPECT_EQ(Announce(1000, "guest:ana").size(), 32U);
  EXPECT_EQ(Announce(1, "guest:ana"), "no_space");
}

TEST_F(UploadsTest, OneGuestLeavesSpaceForOtherGuests) {
  const std::string first = Announce(1000, "guest:ben");
  EXPECT_EQ(Announce(1000, "guest:ana").size(), 32U);
  EXPECT_EQ(Announce(750, "guest:ana").size(), 32U);
  uploads_.Drop(first);
  EXPECT_EQ(Announce(1, "guest:ben").size(), 32U);
  EXPECT_EQ(Announce(501, "guest:ana"), "no_space") << "2,250 of the 3,000 bytes are for one guest";
  EXPECT_EQ(Announce(500, "guest:ana").size(), 32U);
  EXPECT_EQ(Announce(749, "guest:tom").size(), 32U) << "guests together may use all";
}

TEST_F(UploadsTest, GuestsLeaveSpaceForAccounts) {
  EXPECT_EQ(Announce(1, "account:tom").size(), 32U);
  EXPECT_EQ(Announce(1000, "guest:ana").size(), 32U);
  const std::string second = Announce(1000, "guest:ben");
  EXPECT_EQ(Announce(251, "guest:eva"), "no_space") << "2,250 of the 3,000 bytes are for guests";
  EXPECT_EQ(Announce(250, "guest:eva").size(), 32U);
  EXPECT_EQ(Announce(1, "guest:tom"), "no_space");
  EXPECT_EQ(Announce(749, "account:tom").size(), 32U);
  uploads_.Drop(second);
  EXPECT_EQ(Announce(1000, "guest:tom").size(), 32U);
}

TEST_F(UploadsTest, TheShareOfGuestsIsExactForSmallTotals) {
  Uploads small({.file_bytes = 99, .total_bytes = 99});
  small.RestoreKept("a", "account:ana", 1);
  AnnouncedFile file{
      .room = "lab", .owner = "guest:ben", .address = {}, .name = "a", .size = 75, .media_type = {}};
  EXPECT_TRUE(std::holds_alternative<protocol::Error>(small.Announce(file, now_)));
  file.size = 74;
  EXPECT_TRUE(std::holds_alternative<FileRecord>(small.Announce(file, now_)));
}

// Otherwise a restart would let them fill the rest.
TEST_F(UploadsTest, FilesThatMessagesNameCountForGuestsAlsoAfterARestart) {
  uploads_.RestoreKept("a", "guest:ana", 2000);
  uploads_.RestoreKept("b", "account:ben", 500);
  EXPECT_EQ(Announce(251, "guest:eva"), "no_space");
  const std::string id = Announce(250, "guest:eva");
  uploads_.Wrote(id, {.there = 250, .sha256 = "abcd"});
  EXPECT_NE(Claim(id, "guest:eva"), nullptr);
  uploads_.Keep(id);
  EXPECT_EQ(Announce(1, "guest:eva"), "no_space");
  uploads_.DropKept("a");
  EXPECT_EQ(Announce(1000, "guest:eva").size(), 32U);
}

TEST_F(UploadsTest, AFileOverTheBoundIsTooLarge) {
  EXPECT_EQ(Announce(1001), "file_too_large");
  EXPECT_EQ(Announce(~std::uint64_t{0}), "file_too_large");
  EXPECT_EQ(uploads_.bytes(), 0U);
}

TEST_F(UploadsTest, OnlyAWholeFileCanBeNamed) {
  const std::string id = Announce(10);
  EXPECT_EQ(Claim(id), nullptr);
  uploads_.Wrote(id, {.there = 10, .sha256 = "abcd"});
  const protocol::FileRef file = Claim(id);
  ASSERT_NE(file, nullptr);
  EXPECT_EQ(file->sha256, "abcd");
  EXPECT_EQ(file->size, 10U);
}

TEST_F(UploadsTest, OnlyItsUploaderNamesIt) {
  const std::string id = Complete(10);
  EXPECT_EQ(Claim(id, "guest:ben"), nullptr);
  EXPECT_EQ(uploads_.Claim(id, "hall", "guest:ana", now_), nullptr);
  EXPECT_NE(Claim(id), nullptr);
}

TEST_F(UploadsTest, OnlyOneMessageNamesIt) {
  const std::string id = Complete(10);
  EXPECT_NE(Claim(id), nullptr);
  EXPECT_EQ(Claim(id), nullptr);
  uploads_.Release(id);  // the log has failed
  EXPECT_NE(Claim(id), nullptr);
  uploads_.Keep(id);
  EXPECT_EQ(Claim(id), nullptr);
  EXPECT_EQ(uploads_.bytes(), 10U);
}

TEST_F(UploadsTest, AnUploadThatNoMessageNamesIsRemovedAfterAnHour) {
  const std::string id = Complete(10);
  EXPECT_EQ(uploads_.NextDeadline(), now_.monotonic + limits::kUploadKept);
  Pass(limits::kUploadKept - seconds(1));
  EXPECT_TRUE(uploads_.TakeExpired(now_).empty());
  EXPECT_NE(uploads_.Find(id, now_), nullptr);
  Pass(seconds(1));
  EXPECT_EQ(uploads_.Find(id, now_), nullptr);
  EXPECT_EQ(Claim(id), nullptr);
  EXPECT_EQ(uploads_.TakeExpired(now_), std::vector<std::string>{id});
  EXPECT_EQ(uploads_.bytes(), 0U);
  EXPECT_EQ(uploads_.NextDeadline(), std::nullopt);
}

// The message is on its way to the log when the hour ends.
TEST_F(UploadsTest, AClaimedUploadDoesNotExpireBeforeTheLogHasAnswered) {
  const std::string id = Complete(10);
  Claim(id);
  Pass(limits::kUploadKept + minutes(1));
  EXPECT_EQ(uploads_.NextDeadline(), std::nullopt);
  EXPECT_TRUE(uploads_.TakeExpired(now_).empty());
  uploads_.Keep(id);
  EXPECT_TRUE(uploads_.TakeExpired(now_).empty());
  EXPECT_TRUE(uploads_.DropKept(id));
  EXPECT_EQ(uploads_.bytes(), 0U);
}

TEST_F(UploadsTest, OnePersonHasSoManyUploadsAndNoMore) {
  for (std::size_t i = 0; i < limits::kUploadsPerPerson; ++i) EXPECT_EQ(Announce(1).size(), 32U);
  EXPECT_EQ(Announce(1), "no_space");
  EXPECT_EQ(Announce(1, "guest:ben").size(), 32U);
  Pass(limits::kUploadKept);
  uploads_.TakeExpired(now_);
  EXPECT_EQ(Announce(1).size(), 32U);
}

TEST_F(UploadsTest, GuestsOfOneAddressHaveSoManyUploadsAndNoMore) {
  for (std::size_t i = 0; i < limits::kUploadsPerAddress; ++i) {
    EXPECT_EQ(Announce(1, "guest:" + std::to_string(i)).size(), 32U);
  }
  EXPECT_EQ(Announce(1, "guest:other"), "no_space");
  EXPECT_EQ(Announce(1, "guest:other", "10.0.0.2").size(), 32U);
  EXPECT_EQ(Announce(1, "guest:local", "").size(), 32U) << "this machine is not counted";
}

TEST_F(UploadsTest, TheServerHasSoManyUploadsAndNoMore) {
  for (std::size_t i = 0; i < limits::kUploads; ++i) {
    EXPECT_EQ(Announce(1, "guest:" + std::to_string(i), "").size(), 32U);
  }
  EXPECT_EQ(Announce(1, "guest:other", ""), "no_space");
}

TEST_F(UploadsTest, TheServerHasSoManyFilesAndNoMore) {
  for (std::size_t i = 0; i < limits::kFiles; ++i) uploads_.RestoreKept(std::to_string(i), "account:ana", 0);
  EXPECT_EQ(Announce(1), "no_space");
}

TEST_F(UploadsTest, AfterAWriteThatFailedTheStoreSaysWhatIsThere) {
  const std::string id = Announce(10);
  uploads_.Find(id, now_)->offset = 8;
  uploads_.Wrote(id, {.error = FileError::kNoSpace, .there = 5});
  EXPECT_EQ(uploads_.Find(id, now_)->offset, 5U);
}

TEST_F(UploadsTest, ARestoredUploadKeepsItsTime) {
  uploads_.Restore({.id = "a", .size = 10, .expires = now_.wall + minutes(5)}, 3, now_);
  uploads_.Restore({.id = "b", .size = 10, .expires = now_.wall - minutes(5)}, 3, now_);
  uploads_.Restore({.id = "c", .size = 10, .expires = now_.wall + std::chrono::hours(99)}, 3, now_);
  EXPECT_EQ(uploads_.TakeExpired(now_), std::vector<std::string>{"b"});
  EXPECT_EQ(uploads_.Find("a", now_)->offset, 3U);
  Pass(limits::kUploadKept);
  EXPECT_EQ(uploads_.TakeExpired(now_).size(), 2U);
}

}  // namespace
}  // namespace parley
