#include "common/codec/websocket.h"

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <wslay/wslay.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <new>
#include <optional>
#include <utility>

#include "common/base/limits.h"
#include "common/codec/utf8.h"

namespace parley {
namespace {

constexpr unsigned char kFinal = 0x80;
constexpr std::size_t kShortPayload =
    125;  // what the second byte of a header can say, and a control frame have

std::string_view ReasonFor(std::uint16_t code) {
  switch (code) {
    case websocket_close::kUnsupportedData:
      return "text frames only";
    case websocket_close::kInvalidPayload:
      return "text that is not UTF-8";
    case websocket_close::kMessageTooBig:
      return "message too big";
    default:
      return "against the rules of WebSocket";
  }
}

void AppendBigEndian(std::string& out, std::uint64_t value, unsigned bytes) {
  while (bytes-- > 0) out.push_back(static_cast<char>(static_cast<unsigned char>(value >> (8 * bytes))));
}

std::string FrameHeader(unsigned char opcode, std::size_t size) {
  std::string header(1, static_cast<char>(kFinal | opcode));
  if (size <= kShortPayload) {
    AppendBigEndian(header, size, 1);
  } else if (size <= 0xFFFF) {
    header.push_back(126);
    AppendBigEndian(header, size, 2);
  } else {
    header.push_back(127);
    AppendBigEndian(header, size, 8);
  }
  return header;
}

}  // namespace

// wslay reads what it is given, at most 4 KiB ahead. It is given a header byte by byte and never more than
// the rest of a frame, so that it stops where the frame ends: there is then one thing to report, and nothing
// is held that belongs to the next frame. A close frame's payload comes byte by byte too, because wslay
// checks the reason's UTF-8 rightly only in a payload that comes whole; so it checks nothing, and we check
// the reason.
//
// wslay keeps no data frames (it would allocate what a header declares): `message` grows by what arrives.
struct WebSocketDecoder::Reading {
  Reading();
  ~Reading() { wslay_event_context_free(context); }
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;

  // Gives wslay all of `bytes`, or as much as it takes until there is something to report; drops that.
  void Feed(std::string_view& bytes);
  // Nothing has begun that is not finished: a new context would do as well.
  [[nodiscard]] bool idle() const { return !in_header && !in_frame && !in_message; }

  static Reading& Self(void* user) { return *static_cast<Reading*>(user); }
  // What wslay calls. Nothing may be thrown through it; out of memory ends the program.
  std::size_t Give(std::uint8_t* buffer, std::size_t room) noexcept;
  void OnFrame(const wslay_event_on_frame_recv_start_arg& frame) noexcept;
  void OnPayload(std::string_view part) noexcept;
  void OnFrameEnd() noexcept;
  void OnMessage(const wslay_event_on_msg_recv_arg& arrived) noexcept;
  void OnSend(std::string_view bytes) noexcept { reply.append(bytes); }

  void OnClose(std::uint16_t code, std::string_view payload);
  void Refuse(std::uint16_t code);
  std::string TakeReply();

  wslay_event_context_ptr context = nullptr;
  std::string_view input;  // while Feed runs
  std::optional<Step> step;
  std::string message;
  std::string reply;             // what wslay sends
  std::uint64_t frame_left = 0;  // of the frame's payload, that wslay was not given yet
  bool in_header = false;        // a frame has begun, its payload has not
  bool in_frame = false;         // its payload has begun
  bool in_message = false;       // a fragmented message is unfinished
  std::uint8_t opcode = 0;       // of the frame
};

WebSocketDecoder::Reading::Reading() {
  using Context = wslay_event_context_ptr;
  wslay_event_callbacks callbacks = {};
  callbacks.recv_callback = [](Context, std::uint8_t* buffer, std::size_t room, int, void* user) -> ssize_t {
    const std::size_t given = Self(user).Give(buffer, room);
    return given > 0 ? static_cast<ssize_t>(given) : -1;
  };
  callbacks.send_callback = [](Context, const std::uint8_t* data, std::size_t size, int, void* user) {
    Self(user).OnSend({reinterpret_cast<const char*>(data), size});
    return static_cast<ssize_t>(size);
  };
  callbacks.on_frame_recv_start_callback = [](Context, const wslay_event_on_frame_recv_start_arg* frame,
                                              void* user) { Self(user).OnFrame(*frame); };
  callbacks.on_frame_recv_chunk_callback = [](Context, const wslay_event_on_frame_recv_chunk_arg* part,
                                              void* user) {
    Self(user).OnPayload({reinterpret_cast<const char*>(part->data), part->data_length});
  };
  callbacks.on_frame_recv_end_callback = [](Context, void* user) { Self(user).OnFrameEnd(); };
  callbacks.on_msg_recv_callback = [](Context, const wslay_event_on_msg_recv_arg* arrived, void* user) {
    Self(user).OnMessage(*arrived);
  };
  if (wslay_event_context_server_init(&context, &callbacks, this) != 0) throw std::bad_alloc();
  wslay_event_config_set_no_buffering(context, 1);
  wslay_event_config_set_max_recv_msg_length(context, limits::kMessageBytes);
}

void WebSocketDecoder::Reading::Feed(std::string_view& bytes) {
  input = bytes;
  // wslay returns whenever what it was given does not do, which is after each byte of a header.
  while (!step && !input.empty()) {
    const int result = wslay_event_recv(context);
    if (step || (result == 0 && wslay_event_get_read_enabled(context) != 0)) continue;
    // wslay wants to close: the code is in the frame that it would send. It sends none where a header is
    // wrong.
    TakeReply();
    const std::uint16_t code = wslay_event_get_status_code_sent(context);
    Refuse(result == 0 ? code : websocket_close::kProtocolError);
  }
  bytes = input;
}

std::size_t WebSocketDecoder::Reading::Give(std::uint8_t* buffer, std::size_t room) noexcept {
  if (step || input.empty()) return 0;
  const bool bytewise = !in_frame || opcode == WSLAY_CONNECTION_CLOSE;
  const std::size_t max = bytewise ? 1 : std::min<std::uint64_t>(frame_left, room);
  const std::size_t given = std::min(max, input.size());
  std::memcpy(buffer, input.data(), given);
  input.remove_prefix(given);
  if (in_frame) {
    frame_left -= given;
  } else {
    in_header = true;
  }
  return given;
}

// Comes with the first byte of the payload, or after the header where the payload is empty.
void WebSocketDecoder::Reading::OnFrame(const wslay_event_on_frame_recv_start_arg& frame) noexcept {
  in_header = false;
  in_frame = true;
  frame_left = frame.payload_length - (frame.payload_length > 0 ? 1 : 0);
  opcode = frame.opcode;
  if (wslay_is_ctrl_frame(opcode)) return;
  if (opcode == WSLAY_BINARY_FRAME) return Refuse(websocket_close::kUnsupportedData);
  in_message = true;
  // wslay has checked the frame; the sum of a fragmented message is ours to check.
  if (message.size() + frame.payload_length > limits::kMessageBytes) {
    Refuse(websocket_close::kMessageTooBig);
  }
}

void WebSocketDecoder::Reading::OnPayload(std::string_view part) noexcept {
  if (!step && !wslay_is_ctrl_frame(opcode)) message.append(part);
}

void WebSocketDecoder::Reading::OnFrameEnd() noexcept {
  in_frame = false;
}

void WebSocketDecoder::Reading::OnMessage(const wslay_event_on_msg_recv_arg& arrived) noexcept {
  if (step) return;
  switch (arrived.opcode) {
    case WSLAY_TEXT_FRAME:
      step = Text{std::move(message)};
      message.clear();
      in_message = false;
      break;
    case WSLAY_PING:
      step = Pong{TakeReply()};
      break;
    case WSLAY_CONNECTION_CLOSE:
      OnClose(arrived.status_code, {reinterpret_cast<const char*>(arrived.msg), arrived.msg_length});
      break;
    default:  // a pong
      break;
  }
}

// The payload is empty, or a code and a reason (RFC 6455, section 5.5.1). wslay has checked the code.
void WebSocketDecoder::Reading::OnClose(std::uint16_t code, std::string_view payload) {
  if (payload.size() == 1) return Refuse(websocket_close::kProtocolError);
  if (payload.empty()) {
    step = Closed{websocket_close::kNoStatus, TakeReply()};
  } else if (IsValidUtf8(payload.substr(2))) {
    step = Closed{code, TakeReply()};
  } else {
    Refuse(websocket_close::kInvalidPayload);
  }
}

void WebSocketDecoder::Reading::Refuse(std::uint16_t code) {
  step = Violation{code, ReasonFor(code)};
}

std::string WebSocketDecoder::Reading::TakeReply() {
  wslay_event_send(context);
  return std::exchange(reply, {});
}

WebSocketDecoder::WebSocketDecoder() = default;
WebSocketDecoder::WebSocketDecoder(WebSocketDecoder&& other) noexcept = default;
WebSocketDecoder& WebSocketDecoder::operator=(WebSocketDecoder&& other) noexcept = default;
WebSocketDecoder::~WebSocketDecoder() = default;

WebSocketDecoder::Step WebSocketDecoder::Next(std::string_view input, std::size_t& consumed) {
  consumed = input.size();
  if (over_) return NeedMore{};
  if (!reading_ && !input.empty()) reading_ = std::make_unique<Reading>();
  std::optional<Step> step;
  if (reading_) {
    std::string_view rest = input;
    reading_->Feed(rest);
    consumed = input.size() - rest.size();
    step = std::exchange(reading_->step, std::nullopt);
  }
  over_ = step && (std::holds_alternative<Closed>(*step) || std::holds_alternative<Violation>(*step));
  if (over_ || (reading_ && !step && reading_->idle())) reading_.reset();
  return step ? std::move(*step) : Step(NeedMore{});
}

std::string WebSocketTextHeader(std::size_t size) {
  return FrameHeader(WSLAY_TEXT_FRAME, size);
}

std::size_t WebSocketFrameSize(std::string_view frames) {
  const auto byte = [&](std::size_t i) {
    return static_cast<std::uint64_t>(static_cast<unsigned char>(frames[i]));
  };
  std::uint64_t size = byte(1);
  const std::size_t extended = size == 126 ? 2 : size == 127 ? 8 : 0;  // bytes of length that follow
  if (extended > 0) size = 0;
  for (std::size_t i = 0; i < extended; ++i) size = size << 8U | byte(2 + i);
  return 2 + extended + size;
}

std::string WebSocketClose(std::uint16_t code, std::string_view reason) {
  reason = CutUtf8(reason, kShortPayload - 2);
  std::string frame = FrameHeader(WSLAY_CONNECTION_CLOSE, 2 + reason.size());
  AppendBigEndian(frame, code, 2);
  return frame.append(reason);
}

std::string WebSocketPing() {
  return FrameHeader(WSLAY_PING, 0);
}

bool IsWebSocketKey(std::string_view key) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  // 16 bytes are 21 characters, one with two bits (the other four are zero), and the padding.
  return key.size() == 24 && key.substr(0, 21).find_first_not_of(kAlphabet) == std::string_view::npos &&
         std::string_view("AQgw").find(key[21]) != std::string_view::npos && key.ends_with("==");
}

std::string WebSocketAccept(std::string_view key) {
  const std::string text = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest = {};
  SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  std::array<unsigned char, (SHA_DIGEST_LENGTH + 2) / 3 * 4 + 1> encoded = {};
  const int size = EVP_EncodeBlock(encoded.data(), digest.data(), SHA_DIGEST_LENGTH);
  return {reinterpret_cast<const char*>(encoded.data()), static_cast<std::size_t>(size)};
}

}  // namespace parley
