#include "client/chat/explain.h"

#include <string_view>

namespace parley::client {
namespace {

// One code stands for several reasons; the server's text says which one it is.
bool HasSeveralReasons(ErrorCode code) {
  switch (code) {
    case ErrorCode::kForbidden:
    case ErrorCode::kLoginRequired:
    case ErrorCode::kNoSuchMember:
    case ErrorCode::kNoSpace:
    case ErrorCode::kTooManyRooms:
    case ErrorCode::kInternal:
      return true;
    default:
      return false;
  }
}

// Returns the words for errors about files.
std::string_view WordsOfFiles(ErrorCode code) {
  switch (code) {
    case ErrorCode::kFileTooLarge:
      return "the file is larger than this server allows";
    case ErrorCode::kNoSpace:
      return "the server has no space left for files";
    case ErrorCode::kNoSuchFile:
      return "the file does not exist or has expired";
    case ErrorCode::kFilesOff:
      return "this server does not accept files";
    default:
      return {};
  }
}

// Empty where only the server's own text can tell.
std::string_view Words(ErrorCode code) {
  switch (code) {
    case ErrorCode::kSlowConsumer:
      return "this program did not read messages fast enough";
    case ErrorCode::kServerFull:
      return "the server is full";
    case ErrorCode::kProtocolUnsupported:
      return "the server speaks another version of the protocol; update chat_client or the server";
    case ErrorCode::kLoginRequired:
      return "the server requires an account (--user or --token-file)";
    case ErrorCode::kNameInvalid:
      return "that name is not allowed: use 1 to 32 characters, and one alphabet in each word";
    case ErrorCode::kNameTaken:
      return "that name is taken";
    case ErrorCode::kRoomInvalid:
      return "invalid room name: use 1 to 64 characters without a /";
    case ErrorCode::kNotInRoom:
      return "you are not in that room";
    case ErrorCode::kAlreadyInRoom:
      return "you are in that room already";
    case ErrorCode::kRoomLocked:
      return "the room is locked; ask a host to unlock it";
    case ErrorCode::kRoomPassword:
      return "wrong or missing room password; type /join ROOM PASSWORD";
    case ErrorCode::kWaiting:
      return "a host must admit you first";
    case ErrorCode::kRoomFull:
      return "the room is full";
    case ErrorCode::kNoSuchMember:
      return "there is no such member here";
    case ErrorCode::kForbidden:
      return "you do not have permission to do that";
    case ErrorCode::kMuted:
      return "you are muted";
    case ErrorCode::kNoSuchMessage:
      return "the message does not exist or was deleted";
    case ErrorCode::kPollClosed:
      return "the poll is closed";
    case ErrorCode::kTooManyRooms:
      return "too many rooms: leave one, or try again later";
    case ErrorCode::kFileTooLarge:
    case ErrorCode::kNoSpace:
    case ErrorCode::kNoSuchFile:
    case ErrorCode::kFilesOff:
      return WordsOfFiles(code);
    case ErrorCode::kInternal:
      return "the server could not read or store the data; try again";
    case ErrorCode::kBadJson:
    case ErrorCode::kTooLarge:
    case ErrorCode::kHelloRequired:
    case ErrorCode::kBadMessage:
    case ErrorCode::kUnknownType:
    case ErrorCode::kAlreadyGreeted:
    case ErrorCode::kBadCredentials:
      break;
  }
  return {};
}

}  // namespace

std::string Explain(const protocol::Error& error) {
  const std::string_view words = Words(error.code);
  const bool by_server = !error.text.empty() && (words.empty() || HasSeveralReasons(error.code));
  if (!by_server) return std::string(words.empty() ? ToString(error.code) : words);
  return error.code == ErrorCode::kLoginRequired ? error.text + " (--user or --token-file)" : error.text;
}

}  // namespace parley::client
