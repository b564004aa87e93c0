// Checks of ICE and their answers: nothing is taken for signed that is not, and what is read can be written.
//
// Input: the attributes of a check. The head is made, and also the signature and the fingerprint, so that the
// attributes are reached.

#include <cstdint>
#include <string>
#include <string_view>

#include "common/codec/big_endian.h"
#include "common/codec/ice_stun.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

using parley::fuzz::Require;

constexpr std::string_view kTransaction = "transactions";

void Check(std::string_view datagram) {
  const auto check = parley::ReadIceCheck(datagram);
  static_cast<void>(parley::ReadIceReply(datagram, kTransaction, "password"));
  if (!check) return;
  Require(!check->to_ufrag.empty() && check->signed_bytes < datagram.size());
  Require(!parley::IsSignedWith(datagram, *check, "another password"));
  const std::string copy = parley::IceCheckRequest(*check, "password");
  const auto again = parley::ReadIceCheck(copy);
  Require(again && again->to_ufrag == check->to_ufrag && again->from_ufrag == check->from_ufrag &&
          again->priority == check->priority && again->nominates == check->nominates &&
          again->role == check->role && again->tie_breaker == check->tie_breaker);
  Require(parley::IsSignedWith(copy, *again, "password"));
}

std::uint32_t Crc32(std::string_view bytes) {
  std::uint32_t crc = 0xFFFFFFFFU;
  for (const char byte : bytes) {
    crc ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1U) != 0 ? 0xEDB88320U ^ crc >> 1U : crc >> 1U;
  }
  return ~crc;
}

// A head before the attributes, and a right FINGERPRINT after them.
std::string WithFingerprint(std::uint16_t type, std::string_view attributes) {
  std::string message;
  parley::AppendU16(message, type);
  parley::AppendU16(message, static_cast<std::uint16_t>(attributes.size() + 8));
  parley::AppendU32(message, 0x2112A442);
  message += kTransaction;
  message += attributes;
  const std::uint32_t crc = Crc32(message);
  parley::AppendU32(message, 0x80280004);
  parley::AppendU32(message, crc ^ 0x5354554EU);
  return message;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = parley::fuzz::Text(data, size);
  if (size > 2000) return 0;
  Check(input);
  for (const int type : {0x0001, 0x0101, 0x0111})
    Check(WithFingerprint(static_cast<std::uint16_t>(type), input));
  return 0;
}
