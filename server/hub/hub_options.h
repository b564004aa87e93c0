// HubOptions says how a Hub is set up. A value; what its functions refer to must outlive the hub.

#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/limits.h"
#include "common/protocol/event.h"
#include "common/protocol/sfu_signal.h"
#include "server/model/identity.h"
#include "server/model/media_mode.h"
#include "server/model/room_rules.h"

namespace parley {

// What the hub asks of the files, at once. Empty: the server takes no files.
struct FileHooks {
  // The complete upload that a message of `owner` in `room` is to name; null if there is none. Each file that
  // was claimed is settled: `kept` says whether the message was stored.
  std::function<protocol::FileRef(const std::string& id, const std::string& room, const std::string& owner,
                                  const Now& now)>
      claim = {};
  std::function<void(const std::string& id, bool kept)> settle = {};
  // A URL for somebody who may read the file.
  std::function<protocol::DownloadReply(const protocol::File& file, const Now& now)> offer = {};
};

struct HubOptions {
  bool guests = true;
  std::vector<ListedRoom> listed_rooms = {};
  bool only_listed_rooms = false;          // and the lobby: no room is made on demand
  bool journal = false;                    // keeps who joins and leaves (Outbox::visits)
  bool log_keeps_settings = true;          // of a room that leaves the memory; a log in memory does not
  std::size_t max_rooms = limits::kRooms;  // in use at once, and held in memory
  // Whether somebody at that address may make another room. If so, counts it. Empty: always.
  std::function<bool(const std::string& address, const Now& now)> may_make_room = {};
  // When the server started. From then on it awaits the people who were host of a room when it ended.
  MonotonicTime started = {};
  std::string server = "parley/" PARLEY_VERSION;
  // What `welcome` lists: capabilities that not every server has.
  std::vector<std::string> features = {"edit", "react", "poll", "seen", "typing", "search", "members"};
  // A token for a guest whose name was changed (Accounts::GuestToken).
  std::function<std::string(const Identity& guest, const Now& now)> guest_token = {};
  // The author key of an identity (Accounts::AuthorKey).
  std::function<std::string(std::string_view identity)> author_key = {};
  FileHooks files = {};
  // Other than kMesh: the SFU takes commands (Outbox::media), and says what happens (Hub::MediaHappened).
  MediaMode media = MediaMode::kMesh;
  // The id of a new recording. Empty: calls are not recorded.
  std::function<std::string(WallTime now)> new_recording = {};
  // Why an offer (a session description) cannot be answered, in words; empty if it can.
  std::function<std::string(std::string_view sdp)> why_no_answer = protocol::WhyNoOffer;
  // The ICE servers for one member (by its id); empty: there are none.
  std::function<std::vector<protocol::IceServer>(std::string_view member, WallTime now)> ice_servers = {};
};

}  // namespace parley
