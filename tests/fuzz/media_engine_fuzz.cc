// The engine of calls: datagrams from anywhere, before and after the handshakes of two pages, what a page
// itself may encrypt, and commands in any order. Nobody who has not proved an address gets more than an
// answer that is no larger than its check, and what the second page gets is always of its slots.
//
// Input: one byte whose two lowest bits say which pages connect first, then steps. A step is one byte: its
// kind in the lower half, a number in the upper half; kinds that need bytes have their length, in units of 4,
// in the next byte, and then the bytes.

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "common/net/certificate.h"
#include "common/net/dtls.h"
#include "server/media/media_engine.h"
#include "tests/bench/media/media_client.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

using parley::MediaPath;
using parley::MediaSeat;
using parley::bench::MediaClient;
using parley::fuzz::Require;

constexpr std::uint8_t kLoud = 20;

parley::MediaEngine::Settings Settings() {
  static const auto* const made = [] {
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const auto authority = parley::MakeAuthority("an authority", now);
    const auto leaf = parley::MakeLeaf(*authority, {"localhost"}, now);
    std::string error;
    return new parley::MediaEngine::Settings{
        parley::DtlsContext::Server(leaf->certificate, leaf->key, error),
        "sha-256 " + parley::WithColons(parley::ReadCertificate(leaf->certificate)->fingerprint),
        {"1 1 udp 2130706431 198.51.100.1 9000 typ host"}};
  }();
  return *made;
}

MediaPath PathOf(unsigned char host, std::uint16_t port) {
  return {{{192, 0, 2, host}, port, false}, {{198, 51, 100, 1}, 0, false}, 0};
}

class Play : private parley::MediaSink {
 public:
  explicit Play(std::string_view input) : input_(input), engine_(Settings(), *this) {
    for (std::size_t i = 0; i < pages_.size(); ++i) Enter(i);
    const unsigned connect = TakeByte();
    for (std::size_t i = 0; i < pages_.size(); ++i) {
      if ((connect >> i & 1U) != 0) Carry(8);
    }
  }

  void Run() {
    while (!input_.empty()) {
      const unsigned step = TakeByte();
      Step(step & 0x0FU, step >> 4U);
      Carry(1);
    }
    Give(parley::MediaCloseRoom{"room"});
    Require(engine_.counters().sessions == 0 && engine_.counters().rooms == 0 && !engine_.Due());
  }

 private:
  struct Page {
    std::unique_ptr<MediaClient> client;
    std::string member;
    MediaPath path;
  };

  void Step(unsigned kind, unsigned number) {
    Page& page = pages_[number % 2];
    switch (kind) {
      case 0:
        return Receive(PathOf(99, static_cast<std::uint16_t>(5000 + number)), TakeBytes());
      case 1:
        return Receive(page.path, TakeBytes());
      case 2:
        return page.client->SendRtp(TakeBytes());
      case 3:
        return page.client->SendRtcp(TakeBytes());
      case 4:
        return page.client->connected()
                   ? page.client->SendVoice(60, static_cast<std::uint8_t>(8 * number), now_)
                   : void();
      case 5:
        return page.client->connected() ? page.client->SendCamera(60, now_) : void();
      case 6:
        now_ += std::chrono::milliseconds(10) * (1 + number * number * number);
        if (const auto due = engine_.Due(); due && *due <= now_) engine_.Tick(now_);
        engine_.AssignChanged(now_);
        return;
      case 7:
        return Give(
            parley::MediaAllow{Seat(pages_[0]), {(number & 1U) != 0, (number & 2U) != 0, false, false}});
      case 8:
        return Give(parley::MediaWants{Seat(pages_[1]),
                                       {{pages_[0].member, parley::MediaKind::kCamera, 90 * number}}});
      case 9:
        return Give(parley::MediaOffer{Seat(pages_[0]), TakeBytes()});
      case 10:
        return Offer(page);
      case 11:
        Give(parley::MediaSignalingLost{Seat(page)});
        page.member += "x";
        Give(parley::MediaJoin{Seat(page), {true, true, true, true}, ++lives_});
        return Offer(page);
      case 12:
        Give(parley::MediaLeave{Seat(page)});
        return Enter(number % 2);
      case 13:
        return ChangedCheck(page);
      case 14:
        return page.client->connected() ? page.client->SendVoice(std::size_t{130} * number, kLoud, now_)
                                        : void();
      case 15:
        return page.client->ReportLoss(static_cast<std::uint8_t>(16 * number));
      default:
        return Carry(8);
    }
  }

  // The page's own check, with one byte changed.
  void ChangedCheck(const Page& page) {
    std::string check = page.client->Check();
    const std::string where = TakeBytes();
    if (where.size() < 2) return;
    check[static_cast<unsigned char>(where[0]) % check.size()] ^= where[1];
    Receive(page.path, std::move(check));
  }

  void Enter(std::size_t index) {
    static constexpr std::array<MediaClient::Lines, 2> kLines = {{{true, 1, 1}, {true, 2, 2, true}}};
    const auto number = static_cast<unsigned>(index);
    pages_[index] = {
        std::make_unique<MediaClient>(number, kLines.at(index)), "m" + std::to_string(lives_++),
        PathOf(static_cast<unsigned char>(1 + number), static_cast<std::uint16_t>(4000 + number))};
    Give(parley::MediaJoin{Seat(pages_[index]), {true, true, false, false}, lives_});
    Offer(pages_[index]);
  }

  void Offer(Page& page) { Give(parley::MediaOffer{Seat(page), page.client->Offer()}); }

  static MediaSeat Seat(const Page& page) { return {"room", page.member}; }
  void Give(const parley::MediaCommand& command) {
    engine_.Handle(command, now_);
    engine_.AssignChanged(now_);
  }

  void Receive(const MediaPath& path, std::string datagram) {
    asked_ = datagram.size();
    engine_.Receive(path, datagram, now_);
    engine_.AssignChanged(now_);
  }

  // What is under way arrives, so many times.
  void Carry(int rounds) {
    for (int round = 0; round < rounds; ++round) {
      for (Page& page : pages_) {
        if (round == 0 && rounds > 1) page.client->Tick(now_);
        for (std::string& datagram : page.client->TakeOutgoing()) Receive(page.path, std::move(datagram));
      }
      for (const auto& [path, datagram] : std::exchange(sent_, {})) {
        for (Page& page : pages_) {
          if (page.path == path) page.client->Receive(datagram, now_);
        }
      }
      const MediaClient::Faults& faults = pages_[1].client->faults();
      Require(faults.unknown == 0);
    }
  }

  void Send(const MediaPath& path, std::string_view bytes) override {
    Require(!bytes.empty() && bytes.size() <= 2048);
    const bool is_page =
        std::any_of(pages_.begin(), pages_.end(), [&](const Page& page) { return page.path == path; });
    const bool is_answer = static_cast<unsigned char>(bytes.front()) < 4;
    Require(is_page);  // strangers have signed nothing
    Require(!is_answer || bytes.size() <= asked_);
    sent_.emplace_back(path, bytes);
  }

  void Tell(parley::MediaEvent event) override {
    const auto* const answer = std::get_if<parley::MediaAnswer>(&event);
    if (answer == nullptr) return;
    for (Page& page : pages_) {
      if (page.client && Seat(page) == answer->seat) page.client->TakeAnswer(answer->sdp);
    }
  }

  unsigned TakeByte() {
    if (input_.empty()) return 0;
    const auto byte = static_cast<unsigned char>(input_.front());
    input_.remove_prefix(1);
    return byte;
  }
  std::string TakeBytes() {
    const std::size_t length = std::min<std::size_t>(std::size_t{4} * TakeByte(), input_.size());
    std::string bytes(input_.substr(0, length));
    input_.remove_prefix(length);
    return bytes;
  }

  std::string_view input_;
  parley::MonotonicTime now_{std::chrono::seconds(1000)};
  std::array<Page, 2> pages_;
  std::vector<std::pair<MediaPath, std::string>> sent_;
  std::size_t asked_ = 0;
  unsigned lives_ = 0;
  parley::MediaEngine engine_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  Play(parley::fuzz::Text(data, size)).Run();
  return 0;
}
