#include "tests/fuzz/exchange/play.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "common/base/limits.h"
#include "tests/fuzz/fuzz_input.h"
#include "tests/support/fake_accounts.h"

namespace parley::fuzz {
namespace {

constexpr std::size_t kAll = ~std::size_t{0};
constexpr std::size_t kQueue = 64 * 1024;

ExchangeOptions Options(std::uint8_t choice) {
  constexpr std::uint32_t kRates[] = {0, 50, 2};
  ExchangeOptions options;
  options.rate = kRates[choice % std::size(kRates)];
  options.queue_bytes = kQueue;
  options.hub.guests = choice / 3 % 8 != 7;
  return options;
}

}  // namespace

Play::Play(std::string_view input)
    : input_(input.substr(1)),
      log_(new test::SlowLog(10'000)),
      exchange_(Options(static_cast<std::uint8_t>(input.front())), std::unique_ptr<MessageLog>(log_),
                std::make_unique<test::FakeAccounts>()) {
}

void Play::Run() {
  while (!input_.empty()) Operate();
  Finish();
}

std::uint8_t Play::Byte() {
  if (input_.empty()) return 0;
  const auto byte = static_cast<std::uint8_t>(input_.front());
  input_.remove_prefix(1);
  return byte;
}

void Play::Operate() {
  static constexpr void (Play::*kOperations[])(Peer&) = {
      &Play::Open,          &Play::SayHello,  &Play::JoinRoom,
      &Play::LeaveRoom,     &Play::SayText,   &Play::WhisperTo,
      &Play::SignalTo,      &Play::ShowState, &Play::ModerateSomeone,
      &Play::LookAround,    &Play::SendMark,  &Play::SendAnything,
      &Play::FinishSending, &Play::Vanish,    &Play::ChooseReading,
      &Play::PassTime,      &Play::TakeTurn,  &Play::TroubleLog};
  const std::uint8_t byte = Byte();
  (this->*kOperations[byte % std::size(kOperations)])(
      peers_.at(byte / std::size(kOperations) % peers_.size()));
}

// --- Operations ---

void Play::Open(Peer& peer) {
  if (peer.index) return;
  peer = {.number = next_number_++,
          .raw_at = now_.monotonic + limits::kFirstBytes,
          .takes = kAll,
          .token = std::move(peer.token)};
  // Two share an address: bans go by that, too.
  const bool refused = Byte() % 16 == 15;
  peer.index =
      exchange_.Open({.address = "10.0.0." + std::to_string(peer.number % 3), .refused = refused}, now_);
}

// Whether the peer can speak lines: it may become one that does.
bool Play::Lines(Peer& peer) {
  if (peer.index && !peer.finished && peer.kind == Kind::kSilent) {
    peer.kind = Kind::kLines;
    peer.witness.emplace(record_);
  }
  return peer.index && !peer.finished && peer.kind == Kind::kLines && !peer.witness->wild();
}

void Play::Ask(Peer& peer, const protocol::Request& request, Expected expected) {
  expected.ref = "r" + std::to_string(next_ref_++);
  peer.to_server += protocol::EncodeRequest(request, expected.ref) + "\n";
  peer.witness->Expect(std::move(expected));
}

std::string Play::Room() {
  constexpr const char* kRooms[] = {"lobby", "lab", "den"};
  return kRooms[Byte() % std::size(kRooms)];
}

Play::Peer& Play::Other() {
  return peers_.at(Byte() % peers_.size());
}

void Play::SayHello(Peer& peer) {
  if (!Lines(peer)) return;
  protocol::Hello hello;
  if (Byte() % 2 == 1 && !peer.token.empty()) {
    hello.token = peer.token;
  } else {
    hello.name = "n" + std::to_string(&peer - peers_.data());
  }
  Ask(peer, hello, {});
}

void Play::JoinRoom(Peer& peer) {
  if (!Lines(peer)) return;
  const std::string room = Room();
  const std::uint8_t choice = Byte();
  std::optional<protocol::Sequence> since;
  if (choice >= 128) since = choice - 128U;
  std::optional<std::string> password;
  if (choice % 2 == 1) password = "sesame";
  Ask(peer, protocol::Join{room, password, since},
      {.kind = Expected::Kind::kJoin, .room = room, .since = since});
}

void Play::LeaveRoom(Peer& peer) {
  if (!Lines(peer)) return;
  const std::string room = Room();
  Ask(peer, protocol::Leave{room}, {.kind = Expected::Kind::kLeave, .room = room});
}

// A text says who wrote it; with an id it is the same each time, so that every try means the same message.
void Play::SayText(Peer& peer) {
  if (!Lines(peer)) return;
  const std::string room = Room();
  const std::uint8_t choice = Byte();
  std::optional<std::string> id;
  if (choice % 2 == 1) id = "i" + std::to_string(choice / 2 % 4);
  std::string text =
      "t" + std::to_string(&peer - peers_.data()) + "." + id.value_or(std::to_string(next_ref_));
  if (choice / 8 % 2 == 1 && !id) text += std::string(4'000, 'x');
  Ask(peer, protocol::Message{room, text, id},
      {.kind = Expected::Kind::kMessage, .room = room, .text = text, .has_id = id.has_value()});
}

void Play::WhisperTo(Peer& peer) {
  const Peer& other = Other();
  if (!other.witness || !Lines(peer)) return;
  Ask(peer, protocol::Whisper{other.witness->id(), "psst"}, {});
}

void Play::SignalTo(Peer& peer) {
  const Peer& other = Other();
  if (!other.witness || !Lines(peer)) return;
  Ask(peer, protocol::Signal{Room(), other.witness->id(), R"({"n":1.0})"}, {});
}

void Play::ShowState(Peer& peer) {
  if (!Lines(peer)) return;
  protocol::State state;
  state.room = Room();
  const std::uint8_t choice = Byte();
  state.hand = choice % 2 == 1;
  if (choice / 2 % 2 == 1) state.call = choice / 4 % 2 == 1;
  if (choice / 8 % 2 == 1) state.audio = choice / 16 % 2 == 1;
  Ask(peer, state, {});
}

void Play::ModerateSomeone(Peer& peer) {
  const Peer& other = Other();
  if (!Lines(peer)) return;
  protocol::Moderate moderate;
  moderate.room = Room();
  moderate.action = static_cast<protocol::Action>(Byte() % 12);
  moderate.member = other.witness ? other.witness->id() : "nobody";
  moderate.value = moderate.action == protocol::Action::kUnban ? "n" + std::to_string(&other - peers_.data())
                                                               : std::string(Byte() % 2 == 1 ? "sesame" : "");
  Ask(peer, moderate, {});
}

void Play::LookAround(Peer& peer) {
  if (!Lines(peer)) return;
  const std::uint8_t choice = Byte();
  protocol::History history;
  history.room = Room();
  history.limit = choice / 4;
  if (choice % 4 == 0) history.after = choice / 4;
  switch (choice % 4) {
    case 2:
      Ask(peer, protocol::Rooms{}, {});
      break;
    case 3:
      Ask(peer, protocol::Ping{}, {});
      break;
    default:
      Ask(peer, history, {});
  }
}

void Play::SendMark(Peer& peer) {
  if (!peer.index || peer.finished || (peer.kind != Kind::kSilent && peer.kind != Kind::kRaw)) return;
  peer.kind = Kind::kRaw;
  if (!peer.raw_witness) peer.raw_witness.emplace(peer.number);
  peer.to_server += RawWitness::Mark(peer.number, ++peer.marks);
}

void Play::SendAnything(Peer& peer) {
  const std::size_t size = std::min<std::size_t>(Byte() % 64U, input_.size());
  const std::string_view bytes = input_.substr(0, size);
  input_.remove_prefix(size);
  if (!peer.index || peer.finished || bytes.empty()) return;
  if (peer.kind == Kind::kSilent && bytes.front() == '{') {
    peer.kind = Kind::kLines;
    peer.witness.emplace(record_);
  }
  if (peer.kind == Kind::kSilent) peer.kind = Kind::kOther;
  if (peer.witness) peer.witness->BeWild();
  wild_ = true;
  peer.to_server += bytes;
}

void Play::FinishSending(Peer& peer) {
  peer.finished = true;
}

void Play::Vanish(Peer& peer) {
  if (peer.index) Close(peer, "lost");
}

void Play::ChooseReading(Peer& peer) {
  const std::uint8_t choice = Byte();
  peer.takes = choice == 255 ? kAll : choice * 64U;
  if (peer.index) FlushTo(peer);
}

void Play::PassTime(Peer& /*peer*/) {
  using std::chrono::milliseconds;
  constexpr milliseconds kSteps[] = {milliseconds(1), milliseconds(100), milliseconds(1'000),
                                     milliseconds(31'000), milliseconds(25L * 3'600 * 1'000)};
  const milliseconds step = kSteps[Byte() % std::size(kSteps)];
  now_.monotonic += step;
  now_.wall += step;
  Turn();
}

void Play::TakeTurn(Peer& /*peer*/) {
  Turn();
}

void Play::TroubleLog(Peer& /*peer*/) {
  switch (Byte() % 4) {
    case 0:
      log_->Hold();
      break;
    case 1:
      log_->Let();
      break;
    case 2:
      if (log_->waiting() > 0) log_->LetOne();
      break;
    default:
      log_->FailNext();
  }
}

// --- The turn, as the Loop takes it ---

void Play::Turn() {
  for (Peer& peer : peers_) Read(peer);
  exchange_.Tick(now_);
  for (Peer& peer : peers_) {
    if (!peer.index || peer.kind != Kind::kSilent || now_.monotonic < peer.raw_at) continue;
    peer.kind = Kind::kRaw;
    peer.raw_witness.emplace(peer.number);
  }
  exchange_.Commit(now_);
  Flush();
}

bool Play::Busy() const {
  if (exchange_.HasWork()) return true;
  const auto due = exchange_.NextDeadline();
  if (due && *due <= now_.monotonic) return true;
  return std::ranges::any_of(peers_, [this](const Peer& peer) {
    return peer.index && exchange_.WantsRead(*peer.index) &&
           (!peer.to_server.empty() || (peer.finished && !peer.ended));
  });
}

void Play::Settle() {
  Turn();
  for (int turns = 0; Busy(); ++turns) {
    Require(turns < 100'000);  // it finds no rest
    Turn();
  }
}

void Play::Read(Peer& peer) {
  if (!peer.index || !exchange_.WantsRead(*peer.index)) return;
  if (!peer.to_server.empty()) {
    const std::string bytes = peer.to_server.substr(0, limits::kReadBytes);
    peer.to_server.erase(0, bytes.size());
    exchange_.Receive(*peer.index, bytes, now_);
  } else if (peer.finished && !std::exchange(peer.ended, true)) {
    exchange_.End(*peer.index, now_);
  }
}

void Play::Flush() {
  for (auto dirty = exchange_.TakeDirty(); !dirty.empty(); dirty = exchange_.TakeDirty()) {
    for (const PeerIndex index : dirty) {
      const auto peer = std::ranges::find(peers_, std::optional(index), &Peer::index);
      if (peer != peers_.end()) FlushTo(*peer);
    }
  }
}

void Play::FlushTo(Peer& peer) {
  OutQueue& out = exchange_.out(*peer.index);
  std::string got;
  while (!out.empty() && !exchange_.Withheld(*peer.index) && peer.takes > 0) {
    std::string_view view;
    out.Gather({&view, 1}, peer.takes);
    got += view;
    if (peer.takes != kAll) peer.takes -= view.size();
    out.Consume(view.size());
  }
  if (peer.witness) peer.witness->Hear(got);
  if (peer.raw_witness && !wild_) peer.raw_witness->Hear(got);
  exchange_.Flushed(*peer.index, !out.empty() && !exchange_.Withheld(*peer.index), now_);
  if (!exchange_.closing(*peer.index) || !out.empty()) return;
  if (peer.witness) peer.witness->CheckEnd();
  Close(peer, "left");
}

void Play::Close(Peer& peer, std::string_view reason) {
  const PeerIndex index = *std::exchange(peer.index, std::nullopt);
  exchange_.Lost(index, reason, now_);
  exchange_.Release(index);
  if (peer.witness && !peer.witness->token().empty()) peer.token = peer.witness->token();
  peer.witness.reset();
  peer.raw_witness.reset();
}

// --- The end ---

void Play::Finish() {
  log_->Let();
  for (Peer& peer : peers_) {
    peer.takes = kAll;
    if (peer.index) FlushTo(peer);
  }
  Settle();
  // What its pace held back.
  for (int i = 0; i < 5'000; ++i) {
    const bool waiting = std::ranges::any_of(peers_, [this](const Peer& peer) {
      return peer.index && !peer.ended && !exchange_.closing(*peer.index) &&
             !exchange_.WantsRead(*peer.index);
    });
    if (!waiting) break;
    Require(i < 4'999);  // held for ever
    now_.monotonic += std::chrono::milliseconds(500);
    Settle();
  }
  CheckAgreement();
  exchange_.Shutdown(now_);
  Flush();
  now_.monotonic += std::chrono::hours(1);
  Settle();
  for (const Peer& peer : peers_) Require(!peer.index);
  Require(exchange_.peer_count() == 0);
}

// All that sit in one room know the same about it.
void Play::CheckAgreement() const {
  std::map<std::string, Witness::View> rooms;
  for (const Peer& peer : peers_) {
    if (!peer.index || !peer.witness || peer.witness->wild()) continue;
    for (const auto& [room, view] : peer.witness->rooms()) {
      const auto [found, first] = rooms.try_emplace(room, view);
      Require(first || found->second == view);
    }
  }
}

}  // namespace parley::fuzz
