#include "tests/bench/janus.h"

#include <stdexcept>

namespace parley::bench {
namespace {

using test::Json;
using test::Quote;

constexpr int kText = 0x81, kLastPiece = 0x80;
constexpr std::string_view kJanusRoom = R"("room":1234)";

std::string Description(std::string_view type, const std::string& sdp) {
  return R"(,"jsep":{"trickle":false,"type":")" + std::string(type) + R"(","sdp":)" + Quote(sdp) + "}";
}

}  // namespace

JanusSignaling::JanusSignaling(std::uint16_t port) : peer_(port) {
  if (peer_.Upgrade("localhost", "Sec-WebSocket-Protocol: janus-protocol\r\n").status != 101)
    throw std::runtime_error("Janus has no WebSocket here");
  session_ = Ask("create", "")["data"]["id"].Number();
  const std::int64_t handle = Ask("attach", R"(,"plugin":"janus.plugin.videoroom")")["data"]["id"].Number();
  // The room may be there already.
  Message(handle,
          R"("request":"create","publishers":100,"bitrate":0,"videocodec":"vp8","audiocodec":"opus",)" +
              std::string(kJanusRoom));
}

Json JanusSignaling::Next() {
  std::string text;
  while (true) {
    const test::WebPeer::Frame frame = peer_.NextFrame();
    text += frame.payload;
    if ((frame.first & kLastPiece) != 0) return Json::Parse(std::move(text));
  }
}

Json JanusSignaling::Ask(std::string_view kind, std::string_view more) {
  const std::string transaction = "t" + std::to_string(++transactions_);
  std::string request = R"({"janus":")" + std::string(kind) + R"(","transaction":")" + transaction + "\"";
  if (session_ != 0) request += R"(,"session_id":)" + std::to_string(session_);
  peer_.SendFrame(kText, request.append(more).append("}"));
  while (true) {
    Json reply = Next();
    if (reply["transaction"] != transaction || reply["janus"] == "ack") continue;
    if (reply["janus"] == "error") throw std::runtime_error(reply.raw());
    return reply;
  }
}

Json JanusSignaling::Message(std::int64_t handle, const std::string& body, const std::string& jsep) {
  return Ask("message", R"(,"handle_id":)" + std::to_string(handle) + R"(,"body":{)" + body + "}" + jsep);
}

void JanusSignaling::Join(MediaClient& client) {
  const std::int64_t handle = Ask("attach", R"(,"plugin":"janus.plugin.videoroom")")["data"]["id"].Number();
  const auto require = [](const Json& reply) {
    if (!reply.Has("jsep")) throw std::runtime_error("no description: " + reply.raw());
    return reply["jsep"]["sdp"].Text();
  };
  if (client.lines().sends) {
    Message(handle, R"("request":"join","ptype":"publisher","id":)" + std::to_string(client.number() + 1) +
                        "," + std::string(kJanusRoom));
    client.TakeAnswer(
        require(Message(handle, R"("request":"publish")", Description("offer", client.Offer()))));
    publishers_.push_back(client.number());
    return;
  }
  std::string streams;
  for (const unsigned publisher : publishers_)
    streams += (streams.empty() ? R"({"feed":)" : R"(,{"feed":)") + std::to_string(publisher + 1) + "}";
  const std::string offer = require(Message(handle, R"("request":"join","ptype":"subscriber","streams":[)" +
                                                        streams + "]," + std::string(kJanusRoom)));
  Message(handle, R"("request":"start")", Description("answer", client.AnswerTo(offer)));
}

}  // namespace parley::bench
