// Requests holds the requests that have no reply yet, and the lines to send. Owned by the Session.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/protocol/event.h"
#include "common/protocol/request.h"

namespace parley::client {

// The purpose of a request.
struct Asked {
  enum class Kind {
    kHello,
    kJoin,
    kLeave,
    kPage,
    kOlder,
    kChanges,
    kPoll,
    kVote,
    kUpload,
    kFileOf,
    kDownload,
    kPeople,
    kPing,
    kOther
  };
  Kind kind;
  std::string room = {};                               // its key
  std::string what = {};                               // in the person's words; empty: nothing they asked for
  std::optional<std::string> password = std::nullopt;  // kJoin
  std::string name = {};                               // kJoin: the room's, as it was asked for
  protocol::Sequence seq = 0;                          // kVote, kFileOf, kDownload: of the message
  std::vector<std::size_t> choices = {};               // kVote
  std::optional<protocol::Poll> poll = std::nullopt;   // kPoll
  std::string file = {};                               // kUpload, kFileOf, kDownload: the path here
  protocol::FileRef of = {};                           // kDownload
  std::uint64_t size = 0;                              // kUpload: bytes of the file
};

class Requests {
 public:
  // Sends it with a `ref` of its own.
  void Ask(const protocol::Request& request, Asked asked);
  // Sends it with its id as `ref`; who keeps the message knows its reply by that.
  void Send(const protocol::Message& message);
  // What the reply with this `ref` answers; once.
  std::optional<Asked> Take(const std::optional<std::string>& ref);
  // The connection is gone: nothing is to be sent, and none of these will be answered.
  std::vector<Asked> TakeAll();
  // Lines to send, each with its newline.
  std::string TakeOutgoing();

  // All were answered, but messages are not counted.
  [[nodiscard]] bool empty() const { return asked_.empty(); }

 private:
  std::map<std::string, Asked> asked_;  // by ref
  std::uint64_t last_ref_ = 0;
  std::string outgoing_;
};

}  // namespace parley::client
