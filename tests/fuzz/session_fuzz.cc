// A Session alone: whatever comes, wherever it is cut, it consumes what it was given, comes to an end, and
// means the same.
//
// Input: one byte of flags (1: ALPN said http; 2: the first second is over after the first piece; 4: a
// WebSocket from the start), three for the sizes of the pieces, in turn; then the bytes.

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/base/limits.h"
#include "common/codec/first_bytes.h"
#include "common/codec/openings.h"
#include "common/codec/telnet.h"
#include "common/codec/utf8.h"
#include "server/dialect/session.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

using parley::Dialect;
using parley::Session;
using parley::fuzz::Require;

constexpr unsigned kHttp = 1;
constexpr unsigned kDecideRaw = 2;
constexpr unsigned kWebSocket = 4;

// What came of the bytes, but for what depends on how they were cut.
struct Heard {
  std::vector<std::string> notes;
  std::string raw;
};

class Peer {
 public:
  explicit Peer(unsigned flags) : session_((flags & (kHttp | kWebSocket)) != 0) {
    if ((flags & kWebSocket) != 0) session_.Upgrade();
  }

  void Receive(std::string_view bytes) {
    if (over_) return;
    kept_ += bytes;
    while (StepOnce()) {
    }
  }
  void DecideRaw() {
    if (session_.dialect() != Dialect::kUndecided) return;
    session_.DecideNow(kept_);
    Receive({});
  }
  void End() {
    session_.End();
    Receive({});
  }

  [[nodiscard]] const Heard& heard() const { return heard_; }
  [[nodiscard]] Dialect dialect() const { return session_.dialect(); }
  [[nodiscard]] std::size_t kept() const { return kept_.size(); }
  [[nodiscard]] bool over() const { return over_; }

 private:
  bool StepOnce() {
    const Dialect before = session_.dialect();
    std::size_t consumed = 0;
    const Session::Step step = session_.Next(kept_, consumed);
    Require(consumed <= kept_.size());
    Require(session_.dialect() == before || before == Dialect::kUndecided);
    const bool more = Take(step, consumed);
    kept_.erase(0, consumed);
    return more && !over_;
  }

  // Whether there may be more.
  bool Take(const Session::Step& step, std::size_t consumed) {
    if (std::holds_alternative<Session::NeedMore>(step)) return false;
    if (const auto* decided = std::get_if<Session::Decided>(&step)) {
      Require(consumed <= parley::BytesBeforeText(kept_) && decided->dialect == session_.dialect() &&
              decided->dialect != Dialect::kUndecided);
      Note("dialect " + std::to_string(static_cast<int>(decided->dialect)));
    } else if (const auto* chunk = std::get_if<Session::Chunk>(&step)) {
      TakeChunk(*chunk, consumed);
    } else if (const auto* asked = std::get_if<Session::Asked>(&step)) {
      Require(consumed > 0);
      TakeRequest(*asked);
    } else if (const auto* say = std::get_if<Session::Say>(&step)) {
      Require(consumed > 0 && !say->bytes.empty());
      Note("say " + say->bytes);
      over_ = say->last;
    } else if (const auto* request = std::get_if<parley::HttpRequest>(&step)) {
      Require(consumed == request->consumed && consumed > 0);
      Note("request " + std::string(request->method) + " " + std::string(request->target));
    } else {
      // TooLate; HttpBad and Broken: where they are found may depend on the cut
      over_ = true;
    }
    return true;
  }

  void TakeChunk(const Session::Chunk& chunk, std::size_t consumed) {
    const std::string_view read = std::string_view(kept_).substr(0, consumed);
    const parley::TelnetRead telnet = parley::DecodeTelnet(read);
    Require(consumed > 0 && chunk.replies == telnet.replies);
    Require(chunk.bytes == (telnet.status == parley::TelnetRead::Status::kTelnet ? telnet.text : read));
    heard_.raw += read;
    for (const std::string& text : chunk.texts) {
      Require(!text.empty() && text.size() <= parley::limits::kTextBytes);
      Require(parley::IsValidUtf8(text) && text.find('\0') == std::string::npos);
    }
  }

  void TakeRequest(const Session::Asked& asked) {
    std::string note = asked.ref.value_or("");
    if (asked.ref) Require(asked.ref->size() <= parley::limits::kIdBytes && parley::IsValidUtf8(*asked.ref));
    if (const auto* fault = std::get_if<parley::protocol::Fault>(&asked.body)) {
      note += std::string(": ") + std::string(ToString(fault->code));
      over_ = IsFatal(fault->code);
    } else {
      note += " asks " + std::to_string(std::get<parley::protocol::Request>(asked.body).index());
    }
    Note(std::move(note));
  }

  void Note(std::string note) { heard_.notes.push_back(std::move(note)); }

  Session session_;
  std::string kept_;
  Heard heard_;
  bool over_ = false;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 4) return 0;
  const unsigned flags = data[0];
  const std::array<std::size_t, 3> pieces = {data[1] + 1U, data[2] + 1U, data[3] + 1U};
  const std::string_view bytes = parley::fuzz::Text(data + 4, size - 4);

  Peer peer(flags);
  std::string_view rest = bytes;
  for (std::size_t i = 0; !rest.empty(); ++i) {
    peer.Receive(rest.substr(0, pieces.at(i % 3)));
    rest.remove_prefix(std::min(pieces.at(i % 3), rest.size()));
    if (i == 0 && (flags & kDecideRaw) != 0) peer.DecideRaw();
  }
  peer.DecideRaw();
  peer.End();
  if (peer.dialect() == Dialect::kRaw) {
    Require(peer.over() || (peer.heard().raw == bytes && peer.kept() == 0));
    return 0;
  }
  // Whether other openings are whole depends on where they are cut.
  if (peer.dialect() == Dialect::kForeign) return 0;
  const bool decided =
      (flags & (kHttp | kWebSocket)) != 0 ||
      ((flags & kDecideRaw) == 0 && parley::ClassifyFirstBytes(bytes) == parley::FirstBytes::kHttp);
  if (peer.dialect() == Dialect::kHttp && !decided) return 0;
  if (peer.dialect() == Dialect::kLines) Require(peer.kept() <= parley::limits::kMessageBytes + 1);
  Peer whole(flags);
  whole.Receive(bytes);
  Require(whole.heard().notes == peer.heard().notes);
  return 0;
}
