#include "tests/bench/load_peer.h"

#include <charconv>
#include <stdexcept>
#include <utility>

#include "common/protocol/request.h"

namespace parley::bench {
namespace {

// The number after `key` in one line of the server's JSON. A parser would cost more than the server does.
std::uint64_t NumberAfter(std::string_view line, std::string_view key) {
  const auto at = line.find(key);
  if (at == std::string_view::npos) throw std::runtime_error("no number in " + std::string(line));
  std::uint64_t number = 0;
  std::from_chars(line.data() + at + key.size(), line.data() + line.size(), number);
  return number;
}

}  // namespace

LoadPeer::LoadPeer(Stream stream, const std::string& name) : channel_(std::move(stream)) {
  protocol::Hello hello;
  hello.name = name;
  const std::string greeting =
      protocol::EncodeRequest(hello) + "\n" +
      protocol::EncodeRequest(protocol::Join{.room = "load", .password = {}, .since = {}}) + "\n";
  out_.Push(BlobRef::Copy(greeting));
}

void LoadPeer::Say(std::string_view text) {
  ++sent_;
  out_.Push(BlobRef::Copy(R"({"type":"message","room":"load","text":")" + std::string(text) + "\"}\n"));
}

bool LoadPeer::Flush() {
  const auto status = channel_.Flush(out_, std::size_t{1} << 24U);
  if (status == Channel::FlushStatus::kError) throw std::runtime_error("the server closed a connection");
  return status == Channel::FlushStatus::kDone;
}

void LoadPeer::Read(std::span<char> buffer) {
  const IoResult result = channel_.Read(buffer);
  if (result.status == IoStatus::kWouldBlock) return;
  if (result.status != IoStatus::kOk) throw std::runtime_error("the server closed a connection");
  in_.Append({buffer.data(), result.bytes});
  std::string_view rest = in_.view();
  for (auto end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
    Take(rest.substr(0, end));
    rest.remove_prefix(end + 1);
  }
  in_.Consume(in_.size() - rest.size());
}

void LoadPeer::Take(std::string_view line) {
  const bool message = line.starts_with(R"({"type":"message")");
  const bool ok = line.starts_with(R"({"type":"ok")");
  if (message || ok) {
    const std::uint64_t seq = NumberAfter(line, R"("seq":)");
    if (seq != last_ + 1) {
      throw std::runtime_error("message " + std::to_string(seq) + " after " + std::to_string(last_));
    }
    last_ = seq;
    ++(ok ? acknowledged_ : received_);
  } else if (line.starts_with(R"({"type":"joined")")) {
    joined_ = true;
    last_ = NumberAfter(line, R"("last":)");
  } else if (line.starts_with(R"({"type":"error")") || line.starts_with(R"({"type":"closing")")) {
    throw std::runtime_error("the server says " + std::string(line));
  }
}

}  // namespace parley::bench
