// Transfers moves files between HTTP peers and the worker that has the disk: the body of a PUT, and the
// answer to a GET. At most one piece of each transfer is in memory, and nothing is read from a peer while the
// worker has its last piece. One thread.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "common/codec/http_head.h"
#include "server/engine/connections.h"
#include "server/engine/delivery.h"
#include "server/files/files.h"
#include "server/http/http_service.h"
#include "server/ops/metrics.h"

namespace parley {

class Transfers {
 public:
  // All must outlive this object.
  Transfers(Connections& connections, Delivery& delivery, Files& files, Counters& counters);

  // Whether the request is about a file. Then it is answered, now or later, and `more` says whether the peer
  // may go on sending.
  bool Answer(PeerIndex index, const HttpRequest& request, const Now& now, bool& more);
  // Takes bytes off the front of `input`: of the body that the peer is sending.
  void TakeBody(PeerIndex index, std::string_view& input, const Now& now);
  // The peer's queue was flushed as far as its socket takes.
  void Flushed(PeerIndex index);
  // Goes on with what the worker has done.
  void Finish(const Now& now);

 private:
  bool Put(PeerIndex index, const HttpRequest& request, KnownUpload& upload, const Now& now);
  void Finish(PeerIndex index, const FileWork::Wrote& wrote, const Now& now);
  void Finish(PeerIndex index, const FileStore::Opened& opened, const Now& now);
  void Finish(PeerIndex index, const FileStore::Piece& piece, const Now& now);
  void Wait(PeerIndex index, Files::Ticket ticket);
  void ReadNext(PeerIndex index);
  void Say(PeerIndex index, const HttpResponse& response, const Now& now);
  bool Refuse(PeerIndex index, int status, std::string_view text, const Now& now, bool head_only = false);
  void End(PeerIndex index);

  Connections& connections_;
  Delivery& delivery_;
  Files& files_;
  Counters& counters_;
  std::unordered_map<Files::Ticket, PeerIndex> waiting_;  // for the worker
};

}  // namespace parley
