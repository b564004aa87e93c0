// A whole server in one thread, and the people around it: peers of every dialect that come, speak, read
// slowly, break off and come back, a log that fails or takes its time, crashes, and a clock that is moved by
// hand.
//
// What happens is decided by a script of bytes, so that a seed (simulation_test.cc) or a fuzzer
// (tests/fuzz/exchange_fuzz.cc) can write it. Each end of the line checks what it is promised (witness.h)
// after every step.
//
// Play has more than 25 functions because each thing that a peer or the world may do is one, and so is each
// check. It has more than 12 members because the server and everything around it are here.

#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/protocol/request.h"
#include "server/engine/exchange.h"
#include "tests/server/engine/simulation/disk.h"
#include "tests/server/engine/simulation/doorkeeper.h"
#include "tests/server/engine/simulation/ledger.h"
#include "tests/server/engine/simulation/sfu.h"
#include "tests/server/engine/simulation/shelf.h"
#include "tests/server/engine/simulation/watched_log.h"
#include "tests/server/engine/simulation/wire.h"
#include "tests/server/engine/simulation/witness.h"

namespace parley::simulation {

// The name of the peer in that slot, and of its account.
std::string NameOf(std::size_t slot);

class Play {
 public:
  // The first four bytes of a script are for the set-up: how many peers there are, and how strict the server
  // is. `script` must outlive it. `disk` keeps so many messages of a room as Kept says; none: one in memory.
  explicit Play(std::string_view script, std::unique_ptr<Disk> disk = nullptr);
  static constexpr std::size_t kKeptAll = 100'000;  // more than a play can say
  static constexpr std::size_t kKeptLittle = Ledger::kKeptLittle;
  static std::size_t Kept(std::string_view script);
  // All of the script; then everybody reads, what waited is done, and the server shuts down. Throws Broken.
  void Run();

  // What was done, for those who want to know whether a script does something.
  struct Count {
    std::size_t steps = 0, messages = 0, joins = 0, restarts = 0, files = 0;
    std::size_t votes = 0;
    std::size_t held = 0;  // reactions and votes in rooms of so many that they are held back
  };
  [[nodiscard]] const Count& count() const { return count_; }

 private:
  static constexpr std::size_t kAll = ~std::size_t{0};
  enum class Kind { kSilent, kLines, kWeb, kRaw, kOther };
  struct Said {
    std::string room, text, id;
  };
  // A file that was announced.
  struct Bag {
    std::string id, url, room;
    std::size_t size = 0;
    bool brought = false;
  };
  struct ShownFile {
    std::string room;
    Sequence seq = 0;
    std::string id;
  };
  // What is gone with the connection.
  struct Line {
    int number = 0;  // never used again
    Kind kind = Kind::kSilent;
    MonotonicTime raw_at;   // when a silent one is raw
    std::string to_server;  // in the socket
    bool refused = false;   // there was no room for it
    bool finished = false;  // sends no more
    bool ended = false;     // and the exchange knows
    std::size_t takes = 0;  // bytes that it will read
    std::size_t piece = 0;  // and how many it sends at once
    int marks = 0;
    std::optional<Ear> ear;
    std::unique_ptr<Witness> witness;
    std::unique_ptr<RawWitness> raw_witness;
  };
  struct Peer {
    std::optional<PeerIndex> index;  // none: not connected
    std::size_t slot = 0;
    Line line;
    // What a client keeps over its connections.
    std::string token;
    Memory memory;
    std::deque<Said> unacknowledged;
    std::vector<Bag> bags;
    std::string offer, offered;  // the URL of a download, and the id of the file that it is of
  };

  std::uint8_t Byte();
  void Operate();
  void StartServer();
  void GatherCrowd();

  // What one peer does (play_peers.cc).
  void Arrive(Peer& peer);
  void Open(Peer& peer);
  void SayHello(Peer& peer);
  void JoinRoom(Peer& peer);
  void LeaveRoom(Peer& peer);
  void SayText(Peer& peer);
  void SayAgain(Peer& peer);
  void ChangeText(Peer& peer, const std::string& room);
  void AskAll(Peer& peer, const std::string& room, bool multiple);
  void VoteOrClose(Peer& peer, const std::string& room, bool closes);
  void SendParcel(Peer& peer);
  void ShowState(Peer& peer);
  void SpeakToSfu(Peer& peer, const std::string& room, bool offers);
  void ModerateSomeone(Peer& peer);
  void LookAround(Peer& peer);
  void AskAboutRoom(Peer& peer);
  void ReadOrSearch(Peer& peer, unsigned choice);
  void CatchUp(Peer& peer);
  void SendMark(Peer& peer);
  void SendAnything(Peer& peer);
  void FinishSending(Peer& peer);
  void Vanish(Peer& peer);
  void ChooseReading(Peer& peer);
  // With files (play_files.cc).
  void CarryFile(Peer& anybody);
  static std::string RoomOfFiles(const Peer& peer, unsigned choice);
  void AnnounceFile(Peer& peer);
  bool BringFile(Bag& bag);
  void NameFile(Peer& peer, const Bag& own);
  void FetchFile(Peer& peer);
  void HearOfFiles(Peer& peer);
  void DeliveredFile(const LogEntry& entry);
  std::string Http(const std::string& request, std::size_t sent);
  void CheckFiles(bool hour_has_passed);
  // And the world (play.cc).
  void PassTime(Peer& peer);
  void TakeTurn(Peer& peer);
  void Rest(Peer& peer);
  void TroubleLog(Peer& peer);
  void Crash(Peer& peer);

  bool Speaks(Peer& peer);
  void BeginLines(Peer& peer, Kind kind);
  void Ask(Peer& peer, const protocol::Request& request, Expected expected);
  void Greet(Peer& peer, bool by_token);
  void Resume(Peer& peer);
  void Repeat(Peer& peer, const Said& said);
  void PageOn(Peer& peer);
  [[nodiscard]] bool Behind(const Peer& peer) const;
  std::string Room();
  std::string MemberInSight(const Peer& peer, const std::string& room);

  // The turn, as the Loop takes it.
  void Turn();
  void Settle();
  [[nodiscard]] bool Busy() const;
  void Read(Peer& peer);
  void Flush();
  void FlushTo(Peer& peer);
  void Hear(Peer& peer, std::string_view bytes);
  void Close(Peer& peer, std::string_view reason);
  void Delivered(const LogEntry& entry);
  [[nodiscard]] std::size_t PeopleIn(const std::string& room) const;
  void StopServer(bool in_order);
  void CheckDisk();

  // What is promised to all together (play_checks.cc).
  void Finish();
  void LetEverybodyRead();
  void WaitForPace();
  void RememberHosts(Peer& peer);
  void CheckHosts() const;
  void CheckNobodyIsBehind() const;
  void CheckAgreement() const;
  void CheckStates();
  void CheckMembership() const;
  void CheckCallsEnd();

  std::string_view script_;
  ExchangeOptions options_;
  Now now_{MonotonicTime(std::chrono::hours(1)), WallTime(std::chrono::hours(500'000))};
  Ledger ledger_;
  std::unique_ptr<Disk> disk_;
  Shelf shelf_;
  std::vector<ShownFile> shown_files_;  // those that were named last
  test::FakeAccounts accounts_;
  WatchedLog* log_ = nullptr;  // the exchange's
  MediaMode media_ = MediaMode::kMesh;
  std::unique_ptr<Sfu> sfu_;  // outlives the exchange
  std::unique_ptr<Exchange> exchange_;
  std::vector<Peer> peers_;
  bool on_disk_ = false;  // what was not saved yet goes with the process
  bool tame_ = false;     // nobody sends bytes of its own making
  bool stopping_ = false;
  int next_number_ = 1;
  int next_ref_ = 1;
  int next_text_ = 1;
  Count count_;
};

}  // namespace parley::simulation
