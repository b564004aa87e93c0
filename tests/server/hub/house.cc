#include "tests/server/hub/house.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "server/store/attendance.h"

namespace parley::test {

HubOptions House::With(HubOptions options) {
  options.started = now_.monotonic;
  options.guest_token = [this](const Identity& guest, const Now& now) {
    return accounts_.GuestToken(guest, now);
  };
  options.author_key = [this](std::string_view identity) { return accounts_.AuthorKey(identity); };
  return options;
}

House::House(HubOptions options, std::size_t kept, std::vector<RoomSettings> rooms)
    : hub_(With(std::move(options)), std::move(rooms)), log_(kept) {
}

Person House::Connects(const std::string& address) {
  const auto peer = static_cast<PeerIndex>(seen_.size());
  seen_.emplace_back();
  hub_.Connect(peer, address.empty() ? "10.0.0." + std::to_string(peer) : address);
  return {*this, peer};
}

Person House::Guest(const std::string& name, const std::string& address) {
  Person person = Connects(address);
  person.Hello(name);
  person.Hears();
  return person;
}

Person House::GuestIn(const std::string& room, const std::string& name, const std::string& address) {
  Person person = Guest(name, address);
  person.Join(room);
  Quiet();
  return person;
}

Person House::ReturnsTo(const std::string& room, const Person& person) {
  Person again = Connects();
  again.ComeBack(person.token());
  again.Hears();
  again.Join(room);
  return again;
}

Person House::Account(const std::string& name, protocol::Role role) {
  accounts_.Add(name, "password of " + name, role);
  Person person = Connects();
  protocol::Hello hello;
  hello.user = name;
  hello.password = "password of " + name;
  person.Ask(std::move(hello));
  person.Hears();
  return person;
}

Person House::AccountIn(const std::string& room, const std::string& name, protocol::Role role) {
  Person person = Account(name, role);
  person.Join(room);
  Quiet();
  return person;
}

std::vector<std::string> House::Media() {
  return std::exchange(media_, {});
}

void House::MediaSays(const MediaEvent& event) {
  hub_.MediaHappened(event, outbox_);
  CarryOut();
}

std::vector<std::string> House::Visits() {
  std::vector<std::string> words;
  for (const Visit& visit : std::exchange(visits_, {})) {
    words.push_back(visit.room_key +
                    (visit.left ? " - " + visit.name + " (" + *visit.left + ")" : " + " + visit.name));
  }
  return words;
}

Person House::RawPeer(const std::string& address) {
  const auto peer = static_cast<PeerIndex>(seen_.size());
  seen_.emplace_back();
  hub_.ConnectRaw(peer, address.empty() ? "10.0.0." + std::to_string(peer) : address, now_, outbox_);
  if (const Member* member = hub_.Find(peer)) {
    seen_[peer].id = member->id;
    names_[member->id] = member->identity->name.shown;
  }
  CarryOut();
  return {*this, peer};
}

Answer House::Apply(Command command) {
  Answer answer = hub_.Apply(std::move(command), now_, outbox_);
  CarryOut();
  return answer;
}

void House::Quiet() {
  for (Seen& seen : seen_) {
    seen.events.clear();
    seen.words.clear();
  }
}

void House::Pass(Duration time) {
  now_.monotonic += time;
  now_.wall += std::chrono::duration_cast<std::chrono::milliseconds>(time);
  const auto due = hub_.NextDeadline();
  if (due && *due <= now_.monotonic) hub_.Tick(now_, outbox_);
  CarryOut();
}

void House::LetLog() {
  holding_ = false;
  CarryOut();
}

std::vector<std::string> House::Drain(PeerIndex peer) {
  Seen& seen = seen_[peer];
  std::vector<std::string> words = std::exchange(seen.words, {});
  seen.events.clear();
  return words;
}

void House::CarryOut() {
  for (;;) {
    // Reads come first, as with the exchange: a turn's posts are handed over at its end.
    const bool asks_log = !outbox_.loads.empty() || !outbox_.entries.empty() || !outbox_.raw_chunks.empty();
    const bool fails = asks_log && std::exchange(failing_, false);
    std::ranges::move(outbox_.saves, std::back_inserter(saves_));
    std::ranges::move(outbox_.evicted, std::back_inserter(evicted_));
    std::ranges::move(outbox_.visits, std::back_inserter(visits_));
    for (const MediaCommand& command : outbox_.media) media_.push_back(Describe(command, names_));
    for (const SeenMark& mark : outbox_.seen) marks_[{mark.room_key, mark.identity}] = mark.seq;
    for (LoginAttempt& login : outbox_.logins) {
      logins_.emplace(next_ticket_, login.origin);
      accounts_.Check({next_ticket_++, std::move(login.hello), std::move(login.address)}, now_);
    }
    for (Load& load : outbox_.loads) jobs_.push_back({std::move(load), fails});
    std::size_t begun = 0;
    const auto begin_entries = [&](std::size_t end) {
      for (; begun < end; ++begun) jobs_.push_back({std::move(outbox_.entries[begun]), fails});
    };
    for (RawChunk& chunk : outbox_.raw_chunks) {
      begin_entries(chunk.entries_before);
      jobs_.push_back({std::move(chunk), fails});
    }
    begin_entries(outbox_.entries.size());
    for (Outbox::Item& item : outbox_.items) {
      std::visit([this](auto& what) { Deliver(what); }, item);
    }
    outbox_.Clear();
    TakeLogins();
    if (!outbox_.items.empty()) continue;
    if (!leaving_.empty()) {
      hub_.Disconnect(leaving_.front(), "left", now_, outbox_);
      leaving_.pop_front();
    } else if (!holding_ && !jobs_.empty()) {
      Job job = std::move(jobs_.front());
      jobs_.pop_front();
      Run(std::move(job));
    } else {
      return;
    }
  }
}

void House::TakeLogins() {
  while (auto answer = accounts_.Take(now_)) {
    const auto login = logins_.extract(answer->ticket);
    if (answer->identity) {
      hub_.LoggedIn(login.mapped(), answer->identity, std::move(answer->token), answer->name, now_, outbox_);
    } else {
      hub_.LoginRefused(login.mapped(), std::move(answer->error), outbox_);
    }
  }
}

// As a log on disk: what it was given to keep last.
KeptRoom House::Kept(const std::string& key, bool has_messages) const {
  const auto newest = std::find_if(saves_.rbegin(), saves_.rend(),
                                   [&](const RoomSettings& settings) { return settings.name.key == key; });
  if (newest == saves_.rend()) return {.exists = has_messages, .settings = {}};
  return {.exists = true, .settings = *newest};
}

void House::Run(Job job) {
  if (auto* load = std::get_if<Load>(&job.what)) {
    log_.Read(load->query);
    auto done = std::get<MessageLog::Loaded>(*log_.Take());
    KeptRoom kept;
    if (load->query.with_room) kept = Kept(load->query.room_key, done.room.exists);
    const auto mark = marks_.find({load->query.room_key, load->query.seen_by});
    if (mark != marks_.end()) kept.seen = mark->second;
    if (load->query.attendance) {
      AttendanceRead read(load->query);
      for (const Visit& visit : visits_) {
        if (visit.room_key == load->query.room_key) read.Add(visit, 0);
      }
      done.page.attendance = read.Reply();
    }
    hub_.Loaded(*load, job.fails ? nullptr : &done.page, std::move(kept), now_, outbox_);
    return;
  }
  if (auto* chunk = std::get_if<RawChunk>(&job.what)) {
    hub_.RawInTurn(std::move(*chunk), job.fails, outbox_);
  } else if (job.fails) {
    hub_.Stored(std::get<LogEntry>(std::move(job.what)), StoreResult::kFailed, outbox_);
  } else {
    log_.Append({std::get<LogEntry>(std::move(job.what))});
    LogEntry entry = std::get<MessageLog::Appended>(*log_.Take()).entries.front();
    hub_.Stored(std::move(entry), entry.result(), outbox_);
  }
  // What was held back is one batch.
  if (jobs_.empty() || std::holds_alternative<Load>(jobs_.front().what)) hub_.TellChanges(now_, outbox_);
}

void House::Hear(PeerIndex peer, const protocol::Event& event, const std::optional<std::string>& ref) {
  Seen& seen = seen_[peer];
  if (const auto* welcome = std::get_if<protocol::Welcome>(&event)) {
    seen.id = welcome->id;
    seen.token = welcome->token;
    names_[welcome->id] = welcome->name;
  }
  if (const auto* renamed = std::get_if<protocol::Renamed>(&event)) {
    seen.token = renamed->token;
    names_[seen.id] = renamed->name;
  }
  seen.words.push_back(Describe(event, ref, names_));
  seen.events.push_back({event, ref});
}

void House::Deliver(ToPeer& item) {
  Hear(item.peer, item.event, item.ref);
}

void House::Deliver(ToRoom& item) {
  for (const Seat& seat : item.room->seats()) {
    if (!seat.raw && seat.peer != item.except) Hear(seat.peer, item.event, std::nullopt);
  }
}

void House::Deliver(ChatToRoom& item) {
  for (const Seat& seat : item.room->seats()) {
    if (seat.peer == item.author) continue;
    if (!seat.raw) {
      Hear(seat.peer, item.event, std::nullopt);
    } else if (item.to_raw) {
      seen_[seat.peer].words.push_back(item.message().from.name + ": " + item.message().text);
    }
  }
}

void House::Deliver(RawToRoom& item) {
  for (const Seat& seat : item.room->seats()) {
    if (seat.raw && seat.peer != item.author) seen_[seat.peer].words.push_back("bytes " + item.bytes);
  }
}

void House::Deliver(ClosePeer& item) {
  seen_[item.peer].words.push_back("closed: " + item.text);
  leaving_.push_back(item.peer);
}

void House::Deliver(TellRaw& item) {
  seen_[item.peer].words.push_back("told: " + item.text);
}

}  // namespace parley::test
