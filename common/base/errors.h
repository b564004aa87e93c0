// Lists the error codes of the protocol, which tell a peer why a request cannot be carried out.

#pragma once

#include <optional>
#include <string_view>

namespace parley {

enum class ErrorCode {
  // These close the connection after they are sent.
  kBadJson,
  kTooLarge,
  kHelloRequired,
  kProtocolUnsupported,
  kSlowConsumer,
  kServerFull,
  // These leave it open.
  kBadMessage,
  kUnknownType,
  kAlreadyGreeted,
  kBadCredentials,
  kLoginRequired,
  kNameInvalid,
  kNameTaken,
  kRoomInvalid,
  kNotInRoom,
  kAlreadyInRoom,
  kRoomLocked,
  kRoomPassword,
  kWaiting,
  kRoomFull,
  kNoSuchMember,
  kForbidden,
  kMuted,
  kNoSuchMessage,
  kPollClosed,
  kTooManyRooms,
  kFileTooLarge,
  kNoSpace,
  kNoSuchFile,
  kFilesOff,
  kInternal,
};

// The code as it stands on the wire, `bad_json` for example.
std::string_view ToString(ErrorCode code);

// The code that stands on the wire as `name`, or nothing.
std::optional<ErrorCode> ErrorCodeFromString(std::string_view name);

// Whether the connection is closed after this error is sent.
constexpr bool IsFatal(ErrorCode code) {
  return code <= ErrorCode::kServerFull;
}

}  // namespace parley
