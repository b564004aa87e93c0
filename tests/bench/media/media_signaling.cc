#include "tests/bench/media/media_signaling.h"

#include <algorithm>
#include <stdexcept>
#include <string_view>

namespace parley::bench {
namespace {

using test::Json;
using test::LinePeer;
using test::Verbatim;

constexpr std::string_view kRoom = "call";

void Require(const Json& reply) {
  if (test::Outcome(reply) != "ok" && test::Outcome(reply) != "joined") throw std::runtime_error(reply.raw());
}

}  // namespace

std::string ParleySignaling::Take(Member& member, const Json& event) {
  if (event["type"] != "signal" || event["from"] != "sfu") return "";
  const Json data = event["data"];
  if (data.Has("ended")) throw std::runtime_error("the server ended a connection: " + event.raw());
  if (data.Has("slots")) {
    member.slots.clear();
    const Json slots = data["slots"];
    for (std::size_t i = 0; i < slots.size(); ++i)
      member.slots[slots[i]["mid"].Text()] = slots[i]["member"].Text();
  }
  return data.Has("description") ? data["description"]["sdp"].Text() : "";
}

void ParleySignaling::Want(LinePeer& peer, std::size_t pictures) const {
  std::string videos;
  for (const Member& other : members_) {
    if (!other.sends || pictures == 0) continue;
    --pictures;
    videos += videos.empty() ? "" : ",";
    videos += R"({"member":)" + test::Quote(other.peer->id()) + R"(,"kind":"camera","height":720})";
  }
  const std::string data = R"({"want":{"videos":[)" + videos + "]}}";
  Require(peer.Ask("signal", {{"room", kRoom}, {"to", "sfu"}, {"data", Verbatim{data}}}));
}

void ParleySignaling::Join(MediaClient& client) {
  const bool sends = client.lines().sends;
  Member member{std::make_unique<LinePeer>(port_, "load-" + std::to_string(client.number())),
                client.number(),
                sends,
                {}};
  LinePeer& peer = *member.peer;
  Require(peer.Join(kRoom));
  Require(peer.Ask("state", {{"room", kRoom}, {"call", true}, {"audio", sends}, {"video", sends}}));
  if (client.lines().pictures > 0) Want(peer, client.lines().pictures);
  const std::string data = R"({"description":{"type":"offer","sdp":)" + test::Quote(client.Offer()) + "}}";
  Require(peer.Ask("signal", {{"room", kRoom}, {"to", "sfu"}, {"data", Verbatim{data}}}));
  std::string answer;
  while (answer.empty()) answer = Take(member, peer.NextEvent("signal"));
  client.TakeAnswer(answer);
  members_.push_back(std::move(member));
}

void ParleySignaling::Turn() {
  for (Member& member : members_) {
    while (member.peer->wire().HasMail()) Take(member, member.peer->NextEvent());
  }
}

bool ParleySignaling::MayShow(const MediaClient& client, const std::string& mid, unsigned publisher) const {
  const auto find = [this](unsigned number) {
    return std::find_if(members_.begin(), members_.end(),
                        [number](const Member& member) { return member.number == number; });
  };
  const auto from = find(publisher);
  const auto to = find(client.number());
  if (from == members_.end() || to == members_.end()) return false;
  const auto slot = to->slots.find(mid);
  return slot != to->slots.end() && slot->second == from->peer->id();
}

}  // namespace parley::bench
