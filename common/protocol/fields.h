// Fields reads the fields of one object of the protocol by name, and checks their types.
//
// Each getter reads a field in the type that it must have. If the field is missing or wrong, the getter
// returns something empty, and the first fault is kept. So a caller reads all that it needs, then checks
// fault() once.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/protocol/json_reader.h"
#include "common/protocol/request.h"

namespace parley::protocol {

// Every field name on the wire.
enum class Field {
  // Fields of requests.
  kType,
  kRef,
  kRoom,
  kText,
  kId,
  kTo,
  kData,
  kProtocol,
  kName,
  kUser,
  kPassword,
  kToken,
  kAgent,
  kSince,
  kBefore,
  kAfter,
  kLimit,
  kCall,
  kAudio,
  kVideo,
  kScreen,
  kHand,
  kAction,
  kMember,
  kValue,
  kQuery,
  // Fields of replies and events only.
  kSeq,
  kTime,
  kFrom,
  kServer,
  kRole,
  kTopic,
  kLocked,
  kMedia,
  kIceServers,
  kMembers,
  kCount,
  kMessages,
  kMore,
  kLast,
  kGap,
  kCode,
  kRooms,
  kReason,
  kRetryAfter,
  kMuted,
  kUrls,
  kUsername,
  kCredential,
  kWaitingRoom,
  kWaiting,
  kPeople,
  kAdmitted,
  kJournal,
  kAuthor,
  kFeatures,
  kBans,
  kAddress,
  kBy,
  kAllow,
  kUntilUnmuted,
  kActions,
  kFile,
  kSize,
  kMediaType,
  kSha256,
  kUrl,
  kExpires,
  kSeen,
  // Fields of messages that change.
  kSinceRev,
  kReplyTo,
  kChangedAfter,
  kEmoji,
  kOn,
  kQuestion,
  kOptions,
  kMultiple,
  kChoices,
  kRev,
  kEdited,
  kDeleted,
  kReactions,
  kAuthors,
  kPoll,
  kCounts,
  kVoters,
  kClosed,
  kMine,
  kChanged,
  kChangedMore,
  // Fields of calls through the server.
  kSpotlight,
  kDescription,
  kSdp,
  kCandidate,
  kWant,
  kVideos,
  kKind,
  kHeight,
  // Fields of attendance.
  kCame,
  kLeft,
  kSeconds,
  kNext,
  // Fields of room_info.
  kNames,
  kFirstIsHost,
  // Fields of recordings.
  kRecording,
  kProblem,
};
inline constexpr std::size_t kFieldCount = static_cast<std::size_t>(Field::kProblem) + 1;

class Fields {
 public:
  static constexpr std::size_t kAnySize = std::numeric_limits<std::size_t>::max();

  // `json` must outlive this.
  explicit Fields(std::string_view json) : reader_(json) {}

  // Call it first. False, with a fault, if this is not a JSON object.
  bool Read();

  [[nodiscard]] bool Has(Field field) const;

  // For a field that may be missing.
  std::optional<std::string> String(Field field, std::size_t max_bytes = kAnySize);
  std::optional<std::uint64_t> Number(Field field);  // saturates
  std::optional<bool> Flag(Field field);
  std::vector<std::string> Strings(Field field);  // empty if it is missing
  // A string or an object; nothing if it is missing.
  std::optional<JsonValue> StringOrObject(Field field);

  // For a field that must be there.
  std::string RequiredString(Field field);
  std::vector<std::string> RequiredStrings(Field field);
  std::uint64_t RequiredNumber(Field field);
  std::vector<std::size_t> RequiredNumbers(Field field);  // they saturate
  bool RequiredFlag(Field field);
  WallTime RequiredTime(Field field);
  std::string_view RequiredJson(Field field);
  std::string_view RequiredObject(Field field);
  std::vector<JsonValue> RequiredArray(Field field);

  void Fail(ErrorCode code, std::string text);
  // A bad_message that names the field: "`room` is missing".
  void FailField(Field field, std::string_view problem);
  [[nodiscard]] const std::optional<Fault>& fault() const { return fault_; }

 private:
  [[nodiscard]] const JsonValue& Value(Field field) const { return values_[static_cast<std::size_t>(field)]; }
  bool Require(Field field);
  const JsonValue* Expect(Field field, JsonValue::Kind kind, std::string_view problem);

  JsonReader reader_;
  std::array<JsonValue, kFieldCount> values_;
  std::optional<Fault> fault_;
};

}  // namespace parley::protocol
