// Every reply and event at its largest stays under what clients take: 1 MiB (docs/protocol.md, "Sizes of
// replies and events").

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/base/limits.h"
#include "common/base/media_limits.h"
#include "common/protocol/event.h"

namespace parley::protocol {
namespace {

constexpr std::size_t kMost = 1024 * 1024;  // client/chat/server_lines.h

// Text that JSON makes as long as it can: six bytes for one.
std::string Escaped(std::size_t bytes) {
  return std::string(bytes, '\x01');
}

// A name has no control characters: four bytes for a code point are the most.
std::string NameOf(std::size_t code_points) {
  std::string name;
  for (std::size_t i = 0; i < code_points; ++i) name += "\U0001F600";
  return name;
}

const std::string kPerson = NameOf(limits::kNameCodePoints);
const std::string kRoom = NameOf(limits::kRoomNameCodePoints);
const std::string kId(32, 'x');

MessageEvent MessageOf(std::string text) {
  return {.room = kRoom,
          .seq = ~Sequence{0},
          .time = {},
          .from = {kId, kPerson, kId},
          .text = std::move(text),
          .id = Escaped(limits::kIdBytes),
          .file = std::make_shared<const File>(
              File{kId, std::string(limits::kFileNameBytes, 'n'), ~std::uint64_t{0},
                   std::string(limits::kMediaTypeBytes, 'm'), std::string(64, '0')})};
}

// As many as one reply may have, which the log sees to.
std::vector<MessageEvent> Messages(const std::string& text) {
  std::vector<MessageEvent> messages;
  std::size_t bytes = 0;
  while (messages.size() < limits::kMaxHistory) {
    messages.push_back(MessageOf(text));
    bytes += EncodedSizeBound(messages.back());
    if (bytes > limits::kReplyMessageBytes) break;  // one too many is more than there can be
  }
  return messages;
}

void ExpectFits(const Event& event) {
  EXPECT_LT(EncodeEvent(event, Escaped(limits::kIdBytes)).size(), kMost);
}

TEST(LargestTest, AJoinedWithAllThatCanBeInIt) {
  Joined joined{
      .room = kRoom,
      .topic = Escaped(limits::kTopicBytes),
      .ice_servers = std::vector<IceServer>(20, {std::string(256, 'u'), kId, kId}),
      .members = std::vector<MemberInfo>(limits::kListedMembers, {.id = kId, .name = kPerson, .author = kId}),
      .messages = Messages(Escaped(1'000)),
      .waiting_room = true,
      .waiting = std::vector<WaitingPerson>(limits::kWaitingPerRoom, {kId, kPerson}),
      .spotlight = std::vector<std::string>(limits::kSpotlight, kId)};
  ExpectFits(joined);
}

TEST(LargestTest, AHistory) {
  ExpectFits(HistoryReply{kRoom, Messages(Escaped(1'000)), true});
  ExpectFits(HistoryReply{kRoom, Messages(Escaped(limits::kTextBytes)), true});
}

TEST(LargestTest, ASearchReply) {
  ExpectFits(FoundReply{kRoom, Messages(Escaped(limits::kTextBytes)), true});
}

TEST(LargestTest, AllBansOfARoom) {
  ExpectFits(BansReply{kRoom, std::vector<BannedPerson>(limits::kBansPerRoom, {kPerson, {}, true, kPerson})});
}

TEST(LargestTest, ALongListOfActionsOfHosts) {
  const HostAction topic{
      .time = {}, .by = kPerson, .action = "topic", .member = kPerson, .value = Escaped(limits::kTopicBytes)};
  ExpectFits(RecentReply{kRoom, std::vector(limits::kReplyMessageBytes / EncodedSizeBound(topic), topic)});
  const HostAction allow{
      .time = {}, .by = kPerson, .action = "allow", .allow = AllowChange{false, false, false, false}};
  ExpectFits(RecentReply{kRoom, std::vector(limits::kRecentActions, allow)});
}

TEST(LargestTest, AnAttendanceReply) {
  const Attendee person{.name = kPerson, .came = {}, .left = WallTime{}, .seconds = ~std::uint64_t{0}};
  ExpectFits(AttendanceReply{
      kRoom, std::vector(limits::kReplyMessageBytes / EncodedSizeBound(person), person), ~std::uint64_t{0}});
  EXPECT_LE(EncodeEvent(AttendanceReply{"", {person}, {}}).size(),
            EncodedSizeBound(person) + EncodeEvent(AttendanceReply{"", {}, {}}).size());
}

TEST(LargestTest, APageOfMembers) {
  // Folding makes 18 letters of one.
  std::string next = kId + " ";
  for (std::size_t i = 0; i < limits::kNameCodePoints; ++i) next += "صلى الله عليه وسلم";
  const MembersReply reply{
      .room = kRoom,
      .members = std::vector<MemberInfo>(limits::kMaxMembersInReply,
                                         {.id = kId, .name = kPerson, .author = kId, .role = Role::kMember}),
      .count = limits::kRoomMembers,
      .next = next};
  ExpectFits(reply);
  EXPECT_LT(EncodeEvent(reply).size(), 100U * 1024);  // docs/protocol.md
}

TEST(LargestTest, ARoomInfoReply) {
  ExpectFits(RoomInfoReply{.room = kRoom,
                           .topic = Escaped(limits::kTopicBytes),
                           .members = limits::kRoomMembers,
                           .names = std::vector(limits::kNamesOutside, kPerson)});
}

TEST(LargestTest, AFullWaitingRoom) {
  ExpectFits(WaitingEvent{kRoom, std::vector<WaitingPerson>(limits::kWaitingPerRoom, {kId, kPerson})});
}

TEST(LargestTest, TheEventsOfOnePerson) {
  ExpectFits(MessageOf(Escaped(limits::kTextBytes)));
  ExpectFits(WhisperEvent{{kId, kPerson, kId}, kId, {}, Escaped(limits::kTextBytes)});
  ExpectFits(SignalEvent{kRoom, kId, '"' + std::string(limits::kMessageBytes, 'x') + '"'});
  ExpectFits(RoomChanged{.room = kRoom, .topic = Escaped(limits::kTopicBytes)});
}

}  // namespace
}  // namespace parley::protocol
