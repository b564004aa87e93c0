// Files is the part of a Session that asks the server where a file goes to or comes from. The owner of the
// Session then transfers the bytes (link/Transfer). Owned by the Session, whose state must outlive it.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "client/chat/session_state.h"
#include "common/protocol/event.h"

namespace parley::client {

// The server is ready for the bytes of a file, or has them.
struct FileOrder {
  bool upload = false;
  std::string url;   // a path on the server
  std::string path;  // here
  std::string name;  // for people
  std::uint64_t size = 0;
  std::string sha256 = {};  // of a download
  std::string room = {};    // of an upload: its key
  std::string file = {};    // of an upload: its id, for Messaging::SayFile
};

class Files {
 public:
  explicit Files(SessionState& state) : state_(state) {}

  // Into the current room: the file at `path`, which others see as `name`.
  void Send(std::string path, std::string_view name, std::uint64_t size);
  // The file of a message, to `path`; empty: its own name.
  void Get(protocol::Sequence sequence, std::string path);

  void On(const protocol::UploadReply& reply, const Asked& asked);
  void On(const protocol::DownloadReply& reply, const Asked& asked);
  // The message whose file is wanted.
  void On(const protocol::HistoryReply& reply, Asked asked);

  std::vector<FileOrder> TakeOrders();

 private:
  SessionState& state_;
  std::vector<FileOrder> orders_;
};

// A name that a file may have here, whatever another person has called it: no folder, no hidden file, nothing
// that controls a terminal.
std::string LocalFileName(std::string_view name);

}  // namespace parley::client
