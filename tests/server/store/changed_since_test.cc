// Which messages a log says have changed since a revision.

#include <gmock/gmock.h>

#include <string>

#include "common/base/limits.h"
#include "tests/server/store/changes_fixture.h"

namespace parley {
namespace {

using protocol::Sequence;
using testing::ElementsAre;
using testing::IsEmpty;

class ChangedSinceTest : public ChangesTest {};

INSTANTIATE_TEST_SUITE_P(Logs, ChangedSinceTest,
                         testing::Values(LogKind::kMemory, LogKind::kDisk, LogKind::kReopenedDisk),
                         NameOfKind);

TEST_P(ChangedSinceTest, ChangesAreReadByTheirLatestRevision) {
  for (int i = 0; i < 4; ++i) Say("ana", "a");
  Edit("ana", 3, "b");
  Edit("ana", 1, "b");
  React("ben", 4, "👍");
  Edit("ana", 3, "c");
  EXPECT_THAT(ChangedAfter(0), ElementsAre(1U, 4U, 3U));
  EXPECT_THAT(ChangedAfter(2), ElementsAre(4U, 3U));
  EXPECT_THAT(ChangedAfter(2, 3), ElementsAre(3U));
  EXPECT_THAT(ChangedAfter(4), IsEmpty());
  EXPECT_THAT(ChangedAfter(~protocol::Revision{0}), IsEmpty());
}

TEST_P(ChangedSinceTest, AChangeHasItsTimeAndTheWholeState) {
  const Sequence seq = Say("ana", "a");
  const LogEntry edit = Edit("ana", seq, "b");
  const auto changed = Read({.room_key = "lab", .changes = LogQuery::Changes{}}).changed;
  ASSERT_EQ(changed.size(), 1U);
  EXPECT_EQ(changed[0].time, edit.message.time);
  EXPECT_EQ(changed[0].text, "b");
  EXPECT_EQ(changed[0].state, *edit.message.state);
}

TEST_P(ChangedSinceTest, ChangesAreReadInPieces) {
  for (int i = 0; i < 5; ++i) Edit("ana", Say("ana", "a"), "b");
  auto page = Read({.room_key = "lab", .changes = LogQuery::Changes{.after = 1, .limit = 3}});
  EXPECT_EQ(page.changed.size(), 3U);
  EXPECT_TRUE(page.changed_more);
  page = Read(
      {.room_key = "lab", .changes = LogQuery::Changes{.after = page.changed.back().state.rev, .limit = 3}});
  EXPECT_EQ(page.changed.size(), 1U);
  EXPECT_FALSE(page.changed_more);
}

TEST_P(ChangedSinceTest, AtMostAReplyFullOfChanges) {
  const std::string large(limits::kTextBytes, 'x');
  for (std::size_t i = 0; i < kKept; ++i) Edit("ana", Say("ana", "a"), large + "\x01\x01");
  EXPECT_FALSE(Read({.room_key = "lab", .changes = LogQuery::Changes{}}).changed_more);
  const std::string escaped(limits::kTextBytes, '\x01');  // six bytes each
  for (Sequence seq = 1; seq <= kKept; ++seq) Edit("ana", seq, escaped);
  const auto page = Read({.room_key = "lab", .changes = LogQuery::Changes{}});
  EXPECT_TRUE(page.changed_more);
  EXPECT_EQ(page.changed.size(), limits::kReplyMessageBytes / (6 * limits::kTextBytes));
}

TEST_P(ChangedSinceTest, ADroppedMessageIsNotAmongTheChanges) {
  const Sequence first = Ask("ana");
  Vote("ben", first, {0});
  Edit("ana", Say("ana", "a"), "b");
  for (std::size_t i = 0; i < kKept - 1; ++i) Say("ana", "c");
  EXPECT_THAT(ChangedAfter(0), ElementsAre(2U));
  EXPECT_EQ(Vote("ben", first, {1}).refused, ErrorCode::kNoSuchMessage);
}

}  // namespace
}  // namespace parley
