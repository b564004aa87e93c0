// Outbox holds the actions that the hub requests, as values. The caller carries them out in order, right
// after the call that filled it, because a room's seats must still be those that the hub saw.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "common/protocol/event.h"
#include "common/protocol/request.h"
#include "server/model/log_entry.h"
#include "server/model/log_query.h"
#include "server/model/media_messages.h"
#include "server/model/origin.h"
#include "server/model/room_settings.h"
#include "server/model/seen_mark.h"
#include "server/model/visit.h"

namespace parley {

class Room;

// One event for one member.
struct ToPeer {
  PeerIndex peer;
  protocol::Event event;
  std::optional<std::string> ref;
};

// One event for all protocol members of a room, but for `except`.
struct ToRoom {
  const Room* room;
  protocol::Event event;
  PeerIndex except = kNoPeer;
};

// A stored message for all of a room but its author. Raw peers get it as `name: text`, unless a raw peer
// wrote it: then they got its very bytes already (RawToRoom).
struct ChatToRoom {
  ChatToRoom(const Room* to, PeerIndex from, protocol::MessageEvent&& message, bool to_raw_peers)
      : room(to), author(from), event(std::move(message)), to_raw(to_raw_peers) {}

  [[nodiscard]] const protocol::MessageEvent& message() const {
    return std::get<protocol::MessageEvent>(event);
  }

  const Room* room;
  PeerIndex author;
  protocol::Event event;  // the message, as it is encoded
  bool to_raw;
};

// What a raw peer sent, for the other raw peers, byte for byte.
struct RawToRoom {
  const Room* room;
  PeerIndex author;
  std::string bytes;
};

// The peer is closed when what it was sent is flushed; a raw peer is told `text` in one line before.
struct ClosePeer {
  PeerIndex peer;
  std::string text;
};

// A line for one raw peer.
struct TellRaw {
  PeerIndex peer;
  std::string text;
};

// Bytes that a raw peer sent. They are not stored, but keep their place in the order of the room:
// Hub::RawInTurn gets them after the entries before them are stored.
struct RawChunk {
  std::string room_key;
  Origin origin;
  std::string bytes;
  std::size_t entries_before = 0;
};

// To be read from the log, then handed to Hub::Loaded.
struct Load {
  enum class Kind { kJoin, kHistory, kSearch, kDownload, kAttendance };
  Kind kind = Kind::kHistory;
  LogQuery query;
  std::optional<std::string> password = {};  // of a join: looked at again when the seat is taken
  std::string asked = {};                    // of a join: the room's name as it was asked for
  Origin origin;
};

// To be checked, then handed to Hub::LoggedIn or Hub::LoginRefused.
struct LoginAttempt {
  protocol::Hello hello;
  std::string address;
  unsigned tries = 0;  // refused before on this connection
  Origin origin;
};

// A file that a person is about to bring: to be noted, then handed to Hub::Announced.
struct Announcement {
  std::string room_key;
  std::string owner;  // key of the identity
  std::string address;
  protocol::Upload upload;
  Origin origin;
};

struct Outbox {
  using Item = std::variant<ToPeer, ToRoom, ChatToRoom, RawToRoom, ClosePeer, TellRaw>;
  std::vector<Item> items;
  std::vector<LogEntry> entries;     // to be stored, then handed to Hub::Stored
  std::vector<RawChunk> raw_chunks;  // among the entries
  std::vector<Load> loads;
  std::vector<LoginAttempt> logins;
  std::vector<Announcement> announcements;
  std::vector<RoomSettings> saves;  // for the log to keep
  std::vector<std::string>
      evicted;                      // rooms (keys) that are no longer in memory, their settings among `saves`
  std::vector<Visit> visits;        // for the journal
  std::vector<SeenMark> seen;       // for the log to keep
  std::vector<MediaCommand> media;  // for the SFU, in this order

  void Clear() {
    items.clear();
    entries.clear();
    raw_chunks.clear();
    loads.clear();
    logins.clear();
    announcements.clear();
    saves.clear();
    evicted.clear();
    visits.clear();
    seen.clear();
    media.clear();
  }
};

}  // namespace parley
