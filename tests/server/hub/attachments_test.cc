// Files of messages, as the hub sees them: who may name one, and what becomes of it.

#include "server/hub/attachments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/server/hub/house.h"

namespace parley::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class AttachmentsTest : public testing::Test {
 protected:
  HubOptions Options() {
    HubOptions options;
    // A file can be claimed once, until it is settled otherwise.
    options.files.claim = [this](const std::string& id, const std::string&, const std::string&,
                                 const Now&) -> protocol::FileRef {
      if (claimed_ || id != "f1") return nullptr;
      claimed_ = true;
      return std::make_shared<const protocol::File>(protocol::File{id, "notes.txt", 3, "text/plain", "abcd"});
    };
    options.files.settle = [this](const std::string& id, bool kept) {
      settled_.push_back(id + (kept ? " kept" : " free"));
      claimed_ = kept;
    };
    options.files.offer = [](const protocol::File& file, const Now& now) {
      return protocol::DownloadReply{"/files/" + file.id, now.wall};
    };
    return options;
  }
  void Name(const std::string& file, std::optional<std::string> id = {}) {
    ana_.Ask(protocol::Message{"lab", "", std::move(id), file});
  }

  bool claimed_ = false;
  std::vector<std::string> settled_;
  House house_{Options(), 2};
  Person ana_ = house_.GuestIn("lab", "Ana");
  Person ben_ = house_.GuestIn("lab", "Ben");
};

TEST_F(AttachmentsTest, AMessageNamesAFile) {
  house_.Quiet();
  Name("f1");
  EXPECT_THAT(ana_.Hears(), ElementsAre("ok lab #1"));
  EXPECT_THAT(ben_.Hears(), ElementsAre("lab #1 Ana: [notes.txt]"));
  EXPECT_THAT(settled_, ElementsAre("f1 kept"));
}

TEST_F(AttachmentsTest, AFileThatIsNotThereIsToldAndNothingIsSaid) {
  house_.Quiet();
  Name("f2");
  EXPECT_THAT(ana_.Hears(), ElementsAre("error no_such_file"));
  EXPECT_THAT(ben_.Hears(), IsEmpty());
}

TEST_F(AttachmentsTest, AMessageThatIsSentAgainIsTheSameOne) {
  house_.Quiet();
  Name("f1", "m1");
  Name("f1", "m1");
  EXPECT_THAT(ana_.Hears(), ElementsAre("ok lab #1", "ok lab #1"));
  EXPECT_THAT(ben_.Hears(), ElementsAre("lab #1 Ana: [notes.txt]"));
  EXPECT_THAT(settled_, ElementsAre("f1 kept"));
}

TEST_F(AttachmentsTest, OnlyAMessageWithAFileCanBeEditedToAnEmptyText) {
  ana_.Ask(protocol::Message{"lab", "see", {}, "f1"});
  ana_.Say("lab", "hi");
  house_.Quiet();
  ana_.Ask(protocol::Edit{"lab", 1, ""});
  EXPECT_THAT(ben_.Hears(), ElementsAre("lab #1 @1:  (edited)"));
  ana_.Hears();
  ana_.Ask(protocol::Edit{"lab", 2, ""});
  EXPECT_THAT(ana_.Hears(), ElementsAre("error bad_message"));
}

TEST_F(AttachmentsTest, WithAnIdThatIsNewAFileThatIsNotThereIsToldToo) {
  house_.Quiet();
  Name("f2", "m1");
  EXPECT_THAT(ana_.Hears(), ElementsAre("error no_such_file"));
  EXPECT_THAT(ben_.Hears(), IsEmpty());
  EXPECT_THAT(settled_, IsEmpty());
}

// The error must not overtake the reply.
TEST_F(AttachmentsTest, AMessageWithAFileWaitsForThoseBeforeIt) {
  house_.HoldLog();
  ana_.Say("lab", "hi");
  const protocol::Request with_file = protocol::Message{"lab", "", {}, "f2"};
  EXPECT_TRUE(house_.hub().MustWait(ana_.peer(), &with_file));
  house_.LetLog();
  EXPECT_FALSE(house_.hub().MustWait(ana_.peer(), &with_file));
}

TEST_F(AttachmentsTest, AFileCanBeNamedAgainAfterTheLogHasFailed) {
  house_.Quiet();
  house_.FailLog();
  Name("f1");
  EXPECT_THAT(ana_.Hears(), ElementsAre("error internal"));
  Name("f1");
  EXPECT_THAT(ana_.Hears(), ElementsAre("ok lab #1"));
  EXPECT_THAT(settled_, ElementsAre("f1 free", "f1 kept"));
}

TEST_F(AttachmentsTest, AnIdThatStandsForAnotherMessageLeavesTheFileFree) {
  ana_.Say("lab", "hi", "m1");
  house_.Quiet();
  Name("f1", "m1");
  EXPECT_THAT(ana_.Hears(), ElementsAre("ok lab #1"));
  EXPECT_THAT(ben_.Hears(), IsEmpty());
  EXPECT_THAT(settled_, ElementsAre("f1 free"));
}

TEST_F(AttachmentsTest, ADownloadIsOfTheMessageThatNamesTheFile) {
  ana_.Say("lab", "hi");
  Name("f1");
  house_.Quiet();
  for (const protocol::Sequence seq : {0U, 1U, 3U}) ben_.Ask(protocol::Download{"lab", seq});
  ben_.Ask(protocol::Download{"lab", 2});
  EXPECT_THAT(ben_.Hears(), ElementsAre("error no_such_file", "error no_such_file", "error no_such_file",
                                        "download /files/f1"));
}

TEST_F(AttachmentsTest, AMessageThatHasLeftTheHistoryHasNoFile) {
  Name("f1");
  ana_.Say("lab", "one");
  ana_.Say("lab", "two");
  house_.Quiet();
  ben_.Ask(protocol::Download{"lab", 1});
  EXPECT_THAT(ben_.Hears(), ElementsAre("error no_such_file"));
}

TEST_F(AttachmentsTest, AMemberRemovedMeanwhileGetsNoUrl) {
  Name("f1");
  house_.Quiet();
  house_.HoldLog();
  ben_.Ask(protocol::Download{"lab", 1});
  ana_.Moderate("lab", protocol::Action::kKick, ben_);
  house_.LetLog();
  EXPECT_EQ(ben_.Hears().back(), "error not_in_room");
}

}  // namespace
}  // namespace parley::test
