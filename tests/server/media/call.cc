#include "tests/server/media/call.h"

#include <gtest/gtest.h>

#include <variant>

namespace parley {
namespace {

MediaEngine::Settings MakeSettings(unsigned seed, std::size_t max_sessions) {
  std::string error;
  auto dtls = DtlsContext::Server(ServerCertificate().certificate, ServerCertificate().key, error);
  EXPECT_EQ(error, "");
  return {std::move(dtls),
          FingerprintOf(ServerCertificate()),
          {"1 1 udp 2130706431 198.51.100.1 9000 typ host"},
          [random = std::mt19937(seed)]() mutable { return static_cast<std::uint32_t>(random()); },
          max_sessions};
}

}  // namespace

Call::Call(unsigned seed, std::size_t max_sessions)
    : engine(MakeSettings(seed, max_sessions), *this), random_(seed) {
}

void Call::Give(std::vector<MediaCommand> commands) {
  for (MediaCommand& command : commands) {
    auto* const join = std::get_if<MediaJoin>(&command);
    if (join != nullptr && join->peer == 0) join->peer = ++peers_;
    engine.Handle(command, now);
  }
  engine.AssignChanged(now);
}

Page& Call::Join(unsigned number, const MediaKinds& kinds, std::size_t voices, std::size_t pictures) {
  const std::string member = "m" + std::to_string(number);
  Give(MediaJoin{Seat(member), kinds});
  Page& page = *(pages[number] = std::make_unique<Page>(number, voices, pictures));
  Offer(page, member);
  Connect(page);
  return page;
}

void Call::Offer(Page& page, const std::string& member) {
  const std::size_t before = events.size();
  Give(MediaOffer{Seat(member), page.Offer()});
  for (std::size_t i = before; i < events.size(); ++i) {
    if (const auto* answer = std::get_if<MediaAnswer>(&events[i])) page.TakeAnswer(answer->sdp);
    if (const auto* refusal = std::get_if<MediaRefusal>(&events[i])) ADD_FAILURE() << refusal->problem;
  }
}

void Call::Connect(Page& page) {
  page.Check();
  Carry();
  page.StartHandshake();
  Carry();
}

void Call::Send(const MediaPath& path, std::string_view bytes) {
  if (on_sent) on_sent(path, bytes);
  to_pages_.emplace_back(path, bytes);
}

unsigned Call::Copies(bool& is_late, std::string_view datagram) {
  if (static_cast<std::uint8_t>(datagram.front()) < 128) return 1;
  if (random_() % 100 < network.lost) return 0;
  is_late = random_() % 100 < network.late;
  return random_() % 100 < network.repeated ? 2 : 1;
}

void Call::Corrupt(std::string& datagram) {
  if (static_cast<std::uint8_t>(datagram.front()) < 128 || random_() % 100 >= network.corrupted) return;
  datagram[random_() % datagram.size()] ^= static_cast<char>(1 + random_() % 255);
}

void Call::Carry() {
  auto late_to_engine = std::exchange(late_to_engine_, {});
  auto late_to_pages = std::exchange(late_to_pages_, {});
  to_pages_.insert(to_pages_.end(), late_to_pages.begin(), late_to_pages.end());
  for (bool moved = true; moved;) {
    moved = false;
    for (auto& [number, page] : pages) {
      for (std::string& datagram : page->TakeOutgoing()) {
        bool is_late = false;
        for (unsigned copies = Copies(is_late, datagram); copies > 0; --copies) {
          (is_late ? late_to_engine_ : late_to_engine).emplace_back(page->path(), datagram);
        }
      }
    }
    for (auto& [path, datagram] : std::exchange(late_to_engine, {})) {
      Corrupt(datagram);
      if (on_received) on_received(path, datagram);
      engine.Receive(path, datagram, now);
      moved = true;
    }
    engine.AssignChanged(now);
    while (!to_pages_.empty()) {
      auto [path, datagram] = std::move(to_pages_.front());
      to_pages_.pop_front();
      moved = true;
      bool is_late = false;
      const unsigned copies = Copies(is_late, datagram);
      Page* to = nullptr;
      for (auto& [number, page] : pages) {
        if (page->path() == path) to = page.get();
      }
      if (to == nullptr) {
        strays.emplace_back(path, datagram);
        continue;
      }
      if (takes && static_cast<std::uint8_t>(datagram.front()) >= 128 && takes(*to, datagram)) continue;
      for (unsigned copy = 0; copy < copies; ++copy) {
        if (is_late) {
          late_to_pages_.emplace_back(path, datagram);
          continue;
        }
        std::string arrived = datagram;
        Corrupt(arrived);
        to->Receive(arrived);
      }
    }
  }
}

void Call::Pass(std::chrono::milliseconds time) {
  for (std::chrono::milliseconds passed{0}; passed < time; passed += std::chrono::milliseconds(10)) {
    now += std::chrono::milliseconds(10);
    if (const auto due = engine.Due(); due && *due <= now) engine.Tick(now);
    engine.AssignChanged(now);
    Carry();
  }
}

void Call::Unplug(Page& page) {
  std::erase_if(pages, [&](const auto& entry) { return entry.second.get() == &page; });
}

std::map<std::string, std::pair<std::string, MediaKind>> Call::Slots(const std::string& member) const {
  std::map<std::string, std::pair<std::string, MediaKind>> found;
  for (const MediaSlots& slots : All<MediaSlots>()) {
    if (slots.seat.member != member) continue;
    found.clear();
    for (const auto& entry : slots.slots) found[entry.mid] = {entry.member, entry.kind};
  }
  return found;
}

}  // namespace parley
