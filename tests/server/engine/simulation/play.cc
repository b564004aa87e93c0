#include "tests/server/engine/simulation/play.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>
#include <variant>

#include "common/base/limits.h"
#include "tests/server/engine/simulation/require.h"

namespace parley::simulation {
namespace {

constexpr std::size_t kQueue = 64 * 1024;

bool KeepsLittle(std::string_view script) {
  return script.size() > 1 && static_cast<std::uint8_t>(script[1]) % 8 == 7;
}

ExchangeOptions Options(std::uint8_t choice) {
  constexpr std::uint32_t kRates[] = {0, 50, 2};
  ExchangeOptions options;
  options.rate = kRates[choice % std::size(kRates)];
  options.queue_bytes = kQueue;
  options.hub.guests = choice / 3 % 16 != 15;
  options.hub.journal = true;
  // Rooms are read from the log again and again: one at a time is held.
  if (choice / 48 % 2 == 1) options.hub.max_rooms = 1;
  return options;
}

}  // namespace

Play::Play(std::string_view script, std::unique_ptr<Disk> disk)
    : script_(script), ledger_(KeepsLittle(script)), disk_(std::move(disk)) {
  options_ = Options(Byte());
  on_disk_ = disk_ != nullptr;
  if (!disk_) disk_ = std::make_unique<MemoryDisk>(Kept(script));
  constexpr MediaMode kMedia[] = {MediaMode::kAuto, MediaMode::kMesh, MediaMode::kAuto, MediaMode::kSfu};
  media_ = kMedia[Byte() / 8 % std::size(kMedia)];
  const std::uint8_t people = Byte();
  const bool crowd = people >= 248;
  peers_.resize(crowd ? limits::kPromptMembers + 10 : 2 + people % 16U);
  for (std::size_t slot = 0; slot < peers_.size(); ++slot) peers_[slot].slot = slot;
  tame_ = Byte() % 4 != 3;
  accounts_.Add("n0", "sesame", protocol::Role::kAdmin);
  accounts_.Add("n1", "sesame", protocol::Role::kMember);
  StartServer();
  if (crowd) GatherCrowd();
}

std::size_t Play::Kept(std::string_view script) {
  return KeepsLittle(script) ? kKeptLittle : kKeptAll;
}

void Play::Run() {
  while (!script_.empty()) Operate();
  Finish();
}

std::uint8_t Play::Byte() {
  if (script_.empty()) return 0;
  const auto byte = static_cast<std::uint8_t>(script_.front());
  script_.remove_prefix(1);
  return byte;
}

void Play::Operate() {
  struct Operation {
    int weight;
    void (Play::*run)(Peer&);
  };
  static constexpr Operation kOperations[] = {{24, &Play::Arrive},        {2, &Play::Open},
                                              {2, &Play::SayHello},       {8, &Play::JoinRoom},
                                              {3, &Play::LeaveRoom},      {44, &Play::SayText},
                                              {4, &Play::SayAgain},       {14, &Play::SendParcel},
                                              {8, &Play::ShowState},      {14, &Play::ModerateSomeone},
                                              {5, &Play::LookAround},     {4, &Play::CatchUp},
                                              {14, &Play::SendMark},      {3, &Play::SendAnything},
                                              {3, &Play::FinishSending},  {6, &Play::Vanish},
                                              {16, &Play::ChooseReading}, {10, &Play::PassTime},
                                              {30, &Play::TakeTurn},      {10, &Play::Rest},
                                              {14, &Play::TroubleLog},    {2, &Play::Crash},
                                              {16, &Play::CarryFile}};
  int choice = Byte();
  Peer& peer = peers_[Byte() % peers_.size()];
  ++count_.steps;
  for (const Operation& operation : kOperations) {
    choice -= operation.weight;
    if (choice < 0) return (this->*operation.run)(peer);
  }
}

// --- The world ---

void Play::PassTime(Peer& /*peer*/) {
  using std::chrono::milliseconds;
  constexpr milliseconds kSteps[] = {milliseconds(1), milliseconds(100), milliseconds(1'000),
                                     milliseconds(31'000), milliseconds(25L * 3'600 * 1'000)};
  const std::uint8_t choice = Byte();
  const milliseconds step = kSteps[choice % std::size(kSteps)];
  now_.monotonic += step;
  now_.wall += step;
  // Somebody sets the wall clock, forth or back.
  if (choice / 8 % 8 == 1) now_.wall += std::chrono::hours(1'000);
  if (choice / 8 % 8 == 2) now_.wall -= std::chrono::hours(1'000);
  Turn();
}

void Play::TakeTurn(Peer& /*peer*/) {
  Turn();
}

void Play::Rest(Peer& /*peer*/) {
  Settle();
}

void Play::TroubleLog(Peer& /*peer*/) {
  switch (Byte() % 10) {
    case 8:
      accounts_.Hold();
      break;
    case 9:
      accounts_.Let();
      break;
    case 0:
      log_->Hold();
      break;
    case 1:
      log_->FailNext();
      break;
    case 2:
    case 3:
      if (log_->waiting() > 0) log_->LetOne();
      break;
    default:
      log_->Let();
  }
}

// The server goes down, in order or at once, and comes back with what was stored.
void Play::Crash(Peer& /*peer*/) {
  const std::uint8_t choice = Byte();
  if (choice % 4 == 1) log_->Let();  // stored, and nobody was told
  StopServer(choice % 2 == 0);
  StartServer();
  ++count_.restarts;
}

void Play::StartServer() {
  shown_files_.clear();  // a log that is gone counts anew: the same number is another message
  ledger_.SetTime(now_.monotonic);
  ledger_.ConnectionEnded();
  std::vector<RoomSettings> rooms;
  auto log = std::make_unique<WatchedLog>(*disk_, disk_->Open(rooms), ledger_,
                                          [this](const LogEntry& entry) { Delivered(entry); });
  log_ = log.get();
  options_.hub.started = now_.monotonic;
  exchange_ = std::make_unique<Exchange>(options_, std::move(log), std::make_unique<Doorkeeper>(accounts_),
                                         std::move(rooms), shelf_.Open(disk_->NamedFiles(), now_));
  sfu_ = std::make_unique<Sfu>();
  if (media_ != MediaMode::kMesh) exchange_->UseMedia(media_, *sfu_);
}

// Not by the log that the next server has: it would remember what was read.
void Play::CheckDisk() {
  std::vector<RoomSettings> rooms;
  ledger_.CheckKept(*disk_->Open(rooms));
  disk_->Close(false);
}

void Play::StopServer(bool in_order) {
  stopping_ = true;
  if (in_order) {
    exchange_->Shutdown(now_);
    Flush();
    // What was under way elsewhere is done now: a check of a login, a handshake.
    accounts_.Let();
    const PeerIndex late = exchange_->Open({.address = "10.0.0.1"}, now_);
    Require(exchange_->closing(late), "nobody comes in once the server goes down");
    Turn();
    exchange_->Release(late);
    ledger_.CheckEverybodyLeft();
  }
  for (Peer& peer : peers_) {
    if (peer.index) Close(peer, "lost");
  }
  if (!in_order) ledger_.ForgetVisits();
  if (!in_order || on_disk_) {
    ledger_.ForgetLost();
    for (Peer& peer : peers_) peer.memory.DoubtHosts();
  }
  exchange_.reset();
  disk_->Close(!in_order);
  CheckDisk();
  CheckFiles(false);
  stopping_ = false;
}

// --- The turn, as the Loop takes it ---

void Play::Turn() {
  ledger_.SetTime(now_.monotonic);
  for (Peer& peer : peers_) Read(peer);
  exchange_->Tick(now_);
  for (Peer& peer : peers_) {
    Line& line = peer.line;
    if (!peer.index || line.kind != Kind::kSilent || now_.monotonic < line.raw_at) continue;
    line.kind = Kind::kRaw;
  }
  exchange_->Commit(now_);
  Flush();
}

bool Play::Busy() const {
  if (exchange_->HasWork()) return true;
  const auto due = exchange_->NextDeadline();
  if (due && *due <= now_.monotonic) return true;
  return std::ranges::any_of(peers_, [this](const Peer& peer) {
    return peer.index && exchange_->WantsRead(*peer.index) &&
           (!peer.line.to_server.empty() || (peer.line.finished && !peer.line.ended));
  });
}

void Play::Settle() {
  Turn();
  for (int turns = 0; Busy(); ++turns) {
    Require(turns < 20'000, "the server finds rest");
    Turn();
  }
  CheckNobodyIsBehind();
  CheckHosts();
}

void Play::Read(Peer& peer) {
  if (!peer.index || !exchange_->WantsRead(*peer.index)) return;
  Line& line = peer.line;
  if (!line.to_server.empty()) {
    // The first words in one go: the second in which they count is soon over. Marks stay whole, too.
    const bool whole = exchange_->Withheld(*peer.index) || line.kind == Kind::kRaw;
    const std::size_t piece = whole ? limits::kReadBytes : line.piece;
    const std::string bytes = line.to_server.substr(0, piece);
    line.to_server.erase(0, bytes.size());
    exchange_->Receive(*peer.index, bytes, now_);
  } else if (line.finished && !std::exchange(line.ended, true)) {
    exchange_->End(*peer.index, now_);
  }
}

void Play::Flush() {
  for (auto dirty = exchange_->TakeDirty(); !dirty.empty(); dirty = exchange_->TakeDirty()) {
    for (const PeerIndex index : dirty) {
      const auto peer = std::ranges::find(peers_, std::optional(index), &Peer::index);
      if (peer != peers_.end()) FlushTo(*peer);
    }
  }
}

void Play::FlushTo(Peer& peer) {
  OutQueue& out = exchange_->out(*peer.index);
  std::string got;
  while (!out.empty() && !exchange_->Withheld(*peer.index) && peer.line.takes > 0) {
    std::string_view view;
    out.Gather({&view, 1}, peer.line.takes);
    got += view;
    if (peer.line.takes != kAll) peer.line.takes -= view.size();
    out.Consume(view.size());
  }
  Hear(peer, got);
  exchange_->Flushed(*peer.index, !out.empty() && !exchange_->Withheld(*peer.index), now_);
  if (!exchange_->closing(*peer.index) || !out.empty()) return;
  const Line& line = peer.line;
  if (line.ear)
    Require(line.ear->unfinished().empty(), "what was begun is finished before a connection is closed",
            line.ear->unfinished());
  if (line.kind == Kind::kLines && line.ended && !line.witness->wild() && !line.witness->over()) {
    Require(line.witness->answered(), "one who shuts its sending side gets its replies");
  }
  Close(peer, "left");
}

void Play::Hear(Peer& peer, std::string_view bytes) {
  Line& line = peer.line;
  if (line.raw_witness && !ledger_.wild()) line.raw_witness->Hear(bytes);
  if (!line.ear || !line.witness) return;
  for (const std::string& message : line.ear->Take(bytes)) line.witness->Hear(message);
  if (line.ear->TakePings() > 0 && !line.finished) line.to_server += ClientFrame(0xA, {});
  for (const std::string& id : line.witness->TakeAcknowledged()) {
    std::erase_if(peer.unacknowledged, [&](const Said& said) { return said.id == id; });
  }
  HearOfFiles(peer);
  if (!line.witness->token().empty()) peer.token = line.witness->token();
}

void Play::Close(Peer& peer, std::string_view reason) {
  RememberHosts(peer);
  const PeerIndex index = *std::exchange(peer.index, std::nullopt);
  exchange_->Lost(index, reason, now_);
  exchange_->Release(index);
  peer.line = {};
}

std::size_t Play::PeopleIn(const std::string& room) const {
  return static_cast<std::size_t>(std::ranges::count_if(peers_, [&](const Peer& peer) {
    return peer.line.witness && peer.line.witness->rooms().contains(room);
  }));
}

// The log has stored it, and the server hears of that just now.
void Play::Delivered(const LogEntry& entry) {
  if (entry.change) {  // those in the lobby are such that raw peers do not hear them
    if (std::holds_alternative<Change::Vote>(entry.change->what)) ++count_.votes;
    if (entry.change->frequent() && PeopleIn(entry.room_key) > limits::kPromptMembers) ++count_.held;
    return;
  }
  ++count_.messages;
  if (entry.stored() && entry.message.file) DeliveredFile(entry);
  if (entry.room_key != "lobby") return;
  for (Peer& peer : peers_) {
    const Line& line = peer.line;
    if (!peer.index || !line.raw_witness || line.refused) continue;
    line.raw_witness->Said(entry.message, exchange_->Withheld(*peer.index));
  }
}

}  // namespace parley::simulation
