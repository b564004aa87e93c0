// The play: peers, a clock and a log, and the operations that the input chooses.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/clock.h"
#include "common/protocol/request.h"
#include "server/app/exchange.h"
#include "tests/fuzz/exchange/witness.h"
#include "tests/server/app/slow_log.h"

namespace parley::fuzz {

class Play {
 public:
  // `input` must outlive it.
  explicit Play(std::string_view input);
  // All of the input; then everybody reads, what waited is done, and the server shuts down.
  void Run();

 private:
  enum class Kind { kSilent, kLines, kRaw, kOther };
  struct Peer {
    std::optional<PeerIndex> index;  // none: not connected
    int number = 0;                  // never used again
    Kind kind = Kind::kSilent;
    MonotonicTime raw_at;   // when a silent one is raw
    std::string to_server;  // in the socket
    bool finished = false;  // sends no more
    bool ended = false;     // and the exchange knows
    std::size_t takes = 0;  // bytes that it will read
    std::string token;      // of its last connection by lines
    int marks = 0;
    std::optional<Witness> witness;
    std::optional<RawWitness> raw_witness;
  };

  [[nodiscard]] std::uint8_t Byte();
  void Operate();

  // Operations, each by one peer.
  void Open(Peer& peer);
  void SayHello(Peer& peer);
  void JoinRoom(Peer& peer);
  void LeaveRoom(Peer& peer);
  void SayText(Peer& peer);
  void WhisperTo(Peer& peer);
  void SignalTo(Peer& peer);
  void ShowState(Peer& peer);
  void ModerateSomeone(Peer& peer);
  void LookAround(Peer& peer);
  void SendMark(Peer& peer);
  void SendAnything(Peer& peer);
  void FinishSending(Peer& peer);
  void Vanish(Peer& peer);
  void ChooseReading(Peer& peer);
  // And by the world.
  void PassTime(Peer& peer);
  void TakeTurn(Peer& peer);
  void TroubleLog(Peer& peer);

  bool Lines(Peer& peer);
  void Ask(Peer& peer, const protocol::Request& request, Expected expected);
  std::string Room();
  Peer& Other();

  void Turn();
  void Settle();
  [[nodiscard]] bool Busy() const;
  void Read(Peer& peer);
  void Flush();
  void FlushTo(Peer& peer);
  void Close(Peer& peer, std::string_view reason);
  void Finish();
  void CheckAgreement() const;

  std::string_view input_;
  test::SlowLog* log_;
  Exchange exchange_;
  Now now_{MonotonicTime(std::chrono::hours(1)), WallTime(std::chrono::hours(500'000))};
  Record record_;
  std::array<Peer, 6> peers_;
  int next_number_ = 1;
  int next_ref_ = 1;
  bool wild_ = false;  // somebody sent bytes of its own making: raw marks prove nothing any more
};

}  // namespace parley::fuzz
