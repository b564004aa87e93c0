#include "tests/server/media/meeting.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>

#include "common/codec/rtcp_feedback.h"

namespace parley {
namespace {

using std::chrono::milliseconds;

constexpr unsigned kPeople = 5;  // one more than slots for voices, since nobody hears oneself
constexpr int kWildSteps = 70, kCalmSteps = 80;
constexpr int kRecovering = 40;  // of the calm steps
constexpr std::uint8_t kTalking = 20;
constexpr std::uint8_t kVoiceType = 111, kPictureType = 96, kRepeatType = 97;
constexpr std::size_t kPictureHead = 6;  // bytes before the text
// Of the one whose camera has layers: their lines, and what they are while the camera is off.
constexpr std::uint8_t kLines = 45, kForbiddenLines = 46;
constexpr unsigned kLayered = 1;

std::uint32_t VoiceOf(unsigned number) {
  return 1000 * number + 1;
}
std::uint32_t CameraOf(unsigned number) {
  return 1000 * number + 2;
}

}  // namespace

Meeting::Meeting(unsigned seed) : seed_(seed), random_(seed), call_(seed) {
  call_.on_received = [this](const MediaPath& path, std::string_view datagram) {
    watch_.Received(path, datagram);
    last_datagram_ = datagram;
  };
  call_.on_sent = [this](const MediaPath& path, std::string_view datagram) { watch_.Sent(path, datagram); };
}

void Meeting::Blame(const std::string& problem) const {
  ADD_FAILURE() << problem << "; PARLEY_SEED=" << seed_ << " repeats it";
}

void Meeting::Play() {
  people_.resize(kPeople);
  for (unsigned i = 0; i < kPeople; ++i) {
    people_[i].number = i + 1;
    if (i < 2 || Chance(2) == 0) Join(people_[i]);
  }
  call_.network = {Chance(12), Chance(10), Chance(15), Chance(8)};
  for (int i = 0; i < kWildSteps && !testing::Test::HasFailure(); ++i) {
    Step(true);
    if (Chance(4) == 0) Act(people_[Chance(kPeople)]);
    if (Chance(3) == 0) Intrude();
  }
  if (!testing::Test::HasFailure()) CalmDown();
  if (!testing::Test::HasFailure()) End();
  if (!watch_.problem().empty()) Blame(watch_.problem());
}

void Meeting::Step(bool speaks) {
  for (Person& person : people_) {
    // Those who have left go on sending: nobody must hear it.
    if (!call_.pages.contains(person.number) || !person.PageOf(call_).connected()) continue;
    if (speaks) Send(person);
    Answer(person);
  }
  call_.Pass(milliseconds(20));
  for (Person& person : people_) Listen(person);
}

void Meeting::Settle() {
  const Call::Network network = std::exchange(call_.network, {});
  call_.Carry();
  call_.Carry();
  call_.network = network;
  for (Person& person : people_) Listen(person);
}

// --- What people do ---

void Meeting::Act(Person& person) {
  if (!person.present) return Join(person);
  switch (Chance(9)) {
    case 0:
      return Leave(person);
    case 1:
    case 2:
      return Allow(person, {Chance(2) == 0, Chance(2) == 0, false, false});
    case 3:
    case 4:
      return Want(person);
    case 5:
      return ChangeSeat(person);
    case 6:
      return Restart(person);
    case 7:
      return call_.Offer(person.PageOf(call_), person.member);  // the same once more
    default:
      return Complain(person);
  }
}

void Meeting::Join(Person& person) {
  Settle();
  person.member = "m" + std::to_string(++seats_);
  person.kinds = kAll;
  person.wants.clear();
  person.present = true;
  person.key_frame = true;
  ++person.life;
  call_.Give(MediaJoin{Call::Seat(person.member), person.kinds});
  call_.pages[person.number] = std::make_unique<Page>(person.number, 4, 4);
  Page& page = person.PageOf(call_);
  if (person.number == kLayered) page.UseLayers();
  call_.Offer(page, person.member);
  watch_.Prove(page.path());
  call_.Connect(page);
  if (!page.connected()) Blame(person.member + " cannot connect");
  Want(person);
}

void Meeting::Leave(Person& person) {
  Settle();
  call_.Give(MediaLeave{Call::Seat(person.member)});
  call_.Carry();
  watch_.Forget(person.PageOf(call_).path());
  person.present = false;
}

void Meeting::Allow(Person& person, const MediaKinds& kinds) {
  Settle();
  person.kinds = kinds;
  call_.Give(MediaAllow{Call::Seat(person.member), kinds});
}

void Meeting::Want(Person& person) {
  person.wants.clear();
  MediaWants wants{Call::Seat(person.member), {}};
  for (const Person& other : people_) {
    if (&other == &person || Chance(3) == 0) continue;
    person.wants.insert(other.number);
    wants.videos.push_back({other.member, MediaKind::kCamera, 90 + 90 * Chance(4)});
  }
  call_.Give(wants);
}

// The connection to the server is lost. The page comes back with the same connection for media.
void Meeting::ChangeSeat(Person& person) {
  Settle();
  call_.Give(MediaSignalingLost{Call::Seat(person.member)});
  const std::string before = person.member;
  person.member = "m" + std::to_string(++seats_);
  call_.Give(MediaJoin{Call::Seat(person.member), person.kinds});
  call_.Offer(person.PageOf(call_), person.member);
  Want(person);
}

void Meeting::Restart(Person& person) {
  Page& page = person.PageOf(call_);
  page.Restart();
  call_.Offer(page, person.member);
  page.Check();
}

// Reports a loss, or a thin line, or asks for a key frame, or for packets, some of which never were.
void Meeting::Complain(Person& person) {
  std::string rtcp;
  for (const auto& [ssrc, newest] : person.newest) {
    switch (Chance(4)) {
      case 0:
        AppendReceiverReport(rtcp, {1, {{ssrc, static_cast<std::uint8_t>(Chance(256)), 0, newest, 0, 0, 0}}});
        break;
      case 1:
        AppendRemb(rtcp, {1, 1000 * (1 + Chance(3000)), {ssrc}});
        break;
      case 2:
        AppendPictureLoss(rtcp, {1, ssrc});
        break;
      default:
        std::vector<std::uint16_t> missed;
        for (int i = 20; i > -3; --i) {
          if (Chance(3) == 0) missed.push_back(static_cast<std::uint16_t>(newest - i));
        }
        if (!missed.empty()) AppendNack(rtcp, 1, ssrc, missed);
    }
  }
  if (!rtcp.empty()) person.PageOf(call_).SendRtcp(rtcp);
}

// Somebody sends anything, from an address of their own or with a forged one.
void Meeting::Intrude() {
  MediaPath path{{{203, 0, 113, 1}, static_cast<std::uint16_t>(5000 + Chance(3)), false}, {}, 0};
  if (Chance(2) == 0) path = people_[0].PageOf(call_).path();
  std::string datagram = last_datagram_;
  if (datagram.empty() || Chance(2) == 0) {
    constexpr std::array<std::uint8_t, 6> kFirsts = {0, 1, 22, 23, 128, 200};
    datagram.assign(1 + Chance(200), '\0');
    for (char& byte : datagram) byte = static_cast<char>(Chance(256));
    datagram[0] = static_cast<char>(kFirsts.at(Chance(kFirsts.size())));
  } else {
    datagram[Chance(static_cast<unsigned>(datagram.size()))] ^= static_cast<char>(1 + Chance(255));
  }
  watch_.Received(path, datagram);
  call_.engine.Receive(path, datagram, call_.now);
}

// --- Packets ---

// A text names its sender, and begins with `-` if nobody may get it.
void Meeting::Send(Person& person) {
  Page& page = person.PageOf(call_);
  const auto text = [&](bool allowed) {
    std::string made = (person.present && allowed ? "+" : "-") + std::to_string(person.number) + "." +
                       std::to_string(person.life) + "." + std::to_string(person.spoken++);
    person.sent.insert(made);
    return made;
  };
  if (Chance(10) > 0) page.SendVoice(text(person.kinds.voice), kTalking);
  if (Chance(2) == 0) return;
  if (person.number == kLayered) {
    const bool allowed = person.present && person.kinds.camera;
    for (const char rid : {'q', 'h', 'f'}) page.SendLayer(rid, allowed ? kLines : kForbiddenLines);
  } else {
    page.SendCamera(text(person.kinds.camera), std::exchange(person.key_frame, false));
  }
}

// Requests for key frames and for lost packets.
void Meeting::Answer(Person& person) {
  Page& page = person.PageOf(call_);
  for (const std::string& compound : std::exchange(page.rtcp, {})) {
    RtcpReader reader(compound);
    for (auto step = reader.Next(); step.status == RtcpReader::Status::kPacket; step = reader.Next()) {
      if (ReadPictureLoss(step.packet)) person.key_frame = true;
      const auto nack = ReadNack(step.packet);
      if (!nack) continue;
      for (const std::uint16_t sequence : nack->sequences) {
        if (Chance(4) == 0) continue;
        if (nack->media == VoiceOf(person.number)) page.RepeatVoice(sequence);
        if (nack->media == CameraOf(person.number)) page.RepairCamera(sequence);
      }
    }
  }
}

void Meeting::Listen(Person& person) {
  const auto page = call_.pages.find(person.number);
  if (page == call_.pages.end()) return;
  for (const Page::Heard& heard : std::exchange(page->second->heard, {})) Examine(person, heard);
}

void Meeting::Examine(Person& person, const Page::Heard& heard) {
  if (!person.present) return Blame("somebody who has left gets media");
  const auto& slots = person.PageOf(call_).slots();
  const auto slot = slots.find(heard.mid);
  if (slot == slots.end()) return Blame("a packet on no slot");
  const bool is_voice = std::stoi(heard.mid) < 8;
  if (heard.repeats) {
    if (is_voice || heard.header.payload_type != kRepeatType) Blame("a repair where there are none");
    return ExamineText(person, heard, heard.payload.substr(std::min<std::size_t>(2, heard.payload.size())));
  }
  if (heard.header.ssrc != slot->second ||
      heard.header.payload_type != (is_voice ? kVoiceType : kPictureType))
    Blame("the header of another slot");
  if (!person.numbers[heard.header.ssrc].insert(heard.header.sequence).second) Blame("a number came twice");
  if (!is_voice) person.newest[heard.header.ssrc] = heard.header.sequence;
  ExamineText(person, heard, heard.payload);
}

void Meeting::ExamineText(Person& person, const Page::Heard& heard, const std::string& payload) {
  const bool is_voice = std::stoi(heard.mid) < 8;
  const Person& layered = people_[kLayered - 1];
  if (!is_voice && payload.starts_with(kLayerHead)) {
    if (&person == &layered || !layered.present || !layered.kinds.camera ||
        static_cast<std::uint8_t>(payload.at(payload.size() - 3)) != kLines) {
      Blame("a layer that nobody may get");
    }
    person.heard.insert("c" + std::to_string(kLayered));
    return;
  }
  const std::string text = payload.substr(is_voice ? 0 : std::min(kPictureHead, payload.size()));
  const auto from = std::find_if(people_.begin(), people_.end(),
                                 [&](const Person& other) { return other.sent.contains(text); });
  if (from == people_.end()) return Blame("a packet that nobody sent");
  if (from->number == person.number) Blame("somebody hears oneself");
  const bool allowed = from->present && (is_voice ? from->kinds.voice : from->kinds.camera);
  if (text[0] != '+' || !allowed)
    Blame("a packet that nobody may get: " + text + " on " + heard.mid + (heard.repeats ? ", repeated" : ""));
  person.heard.insert((is_voice ? "v" : "c") + std::to_string(from->number));
}

// --- The end ---

// The network is good again: everybody gets what is theirs, and nothing else.
void Meeting::CalmDown() {
  Settle();
  call_.network = {};
  for (Person& person : people_) {
    if (person.present) Want(person);
  }
  for (int i = 0; i < kCalmSteps; ++i) {
    if (i == kRecovering) {
      for (Person& person : people_) person.heard.clear();
    }
    Step(true);
  }
  for (const Person& person : people_) {
    if (!person.present) continue;
    std::set<std::string> due;
    for (const Person& other : people_) {
      if (!other.present || &other == &person) continue;
      if (other.kinds.voice) due.insert("v" + std::to_string(other.number));
      if (other.kinds.camera && person.wants.contains(other.number))
        due.insert("c" + std::to_string(other.number));
    }
    if (due != person.heard) {
      std::string text = person.member + " should get";
      for (const std::string& source : due) text += " " + source;
      text += ", and gets";
      for (const std::string& source : person.heard) text += " " + source;
      Blame(text);
    }
    if (call_.Slots(person.member).size() != due.size()) Blame(person.member + " was told other slots");
  }
}

void Meeting::End() {
  for (Person& person : people_) {
    if (person.present) Leave(person);
  }
  for (int i = 0; i < 5; ++i) Step(true);
  const MediaCounters counters = call_.engine.counters();
  if (counters.sessions != 0 || counters.rooms != 0 || call_.engine.Due()) Blame("something is left over");
  for (const MediaEnded& ended : call_.All<MediaEnded>()) Blame("a connection ended: " + ended.seat.member);
}

}  // namespace parley
