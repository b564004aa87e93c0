// DecodeRequest on any bytes; what it accepts goes through the encoder and comes back the same.

#include <optional>
#include <string>
#include <variant>

#include "common/codec/utf8.h"
#include "common/protocol/request.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

using parley::ErrorCode;
using parley::fuzz::Require;
using parley::protocol::DecodedRequest;
using parley::protocol::Fault;
using parley::protocol::Request;

void RequireGoodFault(const Fault& fault, const std::optional<std::string>& ref) {
  Require(fault.code == ErrorCode::kBadJson || fault.code == ErrorCode::kBadMessage ||
          fault.code == ErrorCode::kUnknownType || fault.code == ErrorCode::kProtocolUnsupported);
  Require(!fault.text.empty() && parley::IsValidUtf8(fault.text));
  Require(fault.code != ErrorCode::kBadJson || !ref);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const DecodedRequest decoded = parley::protocol::DecodeRequest(parley::fuzz::Text(data, size));
  if (const auto* fault = std::get_if<Fault>(&decoded.body)) {
    RequireGoodFault(*fault, decoded.ref);
    return 0;
  }
  const std::string json = EncodeRequest(std::get<Request>(decoded.body), decoded.ref);
  Require(parley::IsValidUtf8(json) && json.find_first_of("\r\n") == std::string::npos);
  const DecodedRequest again = parley::protocol::DecodeRequest(json);
  const auto* request = std::get_if<Request>(&again.body);
  Require(request != nullptr && again.ref == decoded.ref);
  Require(request->index() == std::get<Request>(decoded.body).index());
  Require(EncodeRequest(*request, again.ref) == json);
  return 0;
}
