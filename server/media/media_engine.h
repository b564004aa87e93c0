// MediaEngine runs calls through the server without sockets, threads and clocks: commands, datagrams and the
// time go in; datagrams and events come out, through a MediaSink.
//
// A datagram is classified by its first byte (RFC 7983), and its page by the path that it came on. Only a
// check that is signed with the password of a session makes a path known. Nothing else from an unknown path
// is answered, or costs more than a look into a table.
//
// It has more than 25 functions because each command has one.

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/base/clock.h"
#include "common/base/media_limits.h"
#include "common/net/dtls.h"
#include "server/media/handshake_budget.h"
#include "server/media/media_counters.h"
#include "server/media/media_path.h"
#include "server/media/media_room.h"
#include "server/media/media_session.h"
#include "server/media/media_sink.h"
#include "server/media/random_number.h"
#include "server/model/media_messages.h"

namespace parley {

// Finds a name without a copy of it.
struct TextHash {
  using is_transparent = void;  // NOLINT(readability-identifier-naming): a name of the standard
  std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>()(text); }
};

class MediaEngine {
 public:
  struct Settings {
    std::shared_ptr<DtlsContext> dtls;
    std::string fingerprint;              // of its certificate: `sha-256 AB:CD…`
    std::vector<std::string> candidates;  // as a=candidate has them
    std::function<std::uint32_t()> random = RandomNumber;
    std::size_t max_sessions = limits::kMediaSessions;
  };
  // `sink` outlives this object.
  MediaEngine(Settings settings, MediaSink& sink);

  void Handle(const MediaCommand& command, MonotonicTime now);
  // `datagram` is decrypted in place.
  void Receive(const MediaPath& path, std::span<char> datagram, MonotonicTime now);

  // The page on this TCP connection, which has ended, is not reached there any more.
  void StreamEnded(std::uint64_t stream);
  // Whether a page has proved that the path is its own.
  [[nodiscard]] bool Knows(const MediaPath& path) const { return by_path_.contains(path); }

  // Slots get what stands behind them, once for all that has changed since the last call. Call it after the
  // commands and datagrams of a turn.
  void AssignChanged(MonotonicTime now);
  // Call it at Due(), before AssignChanged. Nothing is due without a call.
  void Tick(MonotonicTime now);
  [[nodiscard]] std::optional<MonotonicTime> Due() const;

  // The recording cannot go on. The call does.
  void StopRecording(const RecordingStopped& stopped, MonotonicTime now);
  // Tells all pages that their connections end.
  void CloseAll(MonotonicTime now);

  [[nodiscard]] MediaCounters counters() const;

 private:
  void Do(const MediaJoin& join, MonotonicTime now);
  void Do(const MediaLeave& leave, MonotonicTime now);
  void Do(const MediaCloseRoom& close, MonotonicTime now);
  void Do(const MediaAllow& allow, MonotonicTime now);
  void Do(const MediaOffer& offer, MonotonicTime now);
  void Do(const MediaWants& wants, MonotonicTime now);
  void Do(const MediaSignalingLost& lost, MonotonicTime now);
  void Do(const MediaRecord& record, MonotonicTime now);
  void Do(const MediaRecordEnd& end, MonotonicTime now);

  [[nodiscard]] CallMember* Find(const MediaSeat& seat);
  // The session of the member that the offer belongs to, which it may take over from another seat; null if
  // there are too many.
  MediaSession* SessionFor(CallMember& member, const Negotiated& negotiated, MonotonicTime now);
  // Whether another session of this member fits. In its place an older one may end that is not connected.
  bool MakePlaceFor(const CallMember& member, MonotonicTime now);
  void ReceiveCheck(const MediaPath& path, std::string_view datagram, MonotonicTime now);
  // The path is the member's from now on; those that its agent has given up since are not.
  void Know(const MediaPath& path, CallMember& member);
  // Datagrams that belong to the first belong to the second from now on.
  void Redirect(CallMember& from, CallMember& to);
  void Disconnect(CallMember& member, MonotonicTime now);
  void Leave(CallMember& member, MonotonicTime now);
  // Whether the member's connection, or the member itself, is to go.
  [[nodiscard]] static std::optional<MediaEnded::Reason> EndOf(const CallMember& member, MonotonicTime now);
  [[nodiscard]] std::size_t CountSessions() const;

  MediaSink& sink_;
  MediaContext context_;
  std::size_t max_sessions_;
  HandshakeBudget handshakes_;
  std::map<std::string, std::unique_ptr<MediaRoom>> rooms_;
  std::unordered_map<std::string, CallMember*, TextHash, std::equal_to<>> by_ufrag_;
  std::unordered_map<MediaPath, CallMember*, MediaPathHash> by_path_;
  std::optional<MonotonicTime> due_;
};

}  // namespace parley
