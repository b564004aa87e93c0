#include "common/codec/stun.h"

#include <algorithm>
#include <cstdint>

namespace parley {
namespace {

constexpr std::size_t kHeaderBytes = 20;
constexpr std::uint32_t kCookie = 0x2112A442;
constexpr unsigned kBindingSuccess = 0x0101;
constexpr unsigned kXorMappedAddress = 0x0020;
constexpr unsigned kIPv4 = 0x01;

std::uint32_t Number(std::string_view bytes, std::size_t at, std::size_t count) {
  std::uint32_t number = 0;
  for (const char c : bytes.substr(at, count)) number = number << 8U | static_cast<unsigned char>(c);
  return number;
}

// RFC 8489, section 14.2: both are XORed with the cookie, so that no box on the way rewrites them.
std::string AddressOf(std::string_view value) {
  if (value.size() != 8 || Number(value, 1, 1) != kIPv4) return "";
  const std::uint32_t port = Number(value, 2, 2) ^ (kCookie >> 16U);
  const std::uint32_t address = Number(value, 4, 4) ^ kCookie;
  std::string text;
  for (const unsigned shift : {24U, 16U, 8U, 0U}) {
    text += std::to_string(address >> shift & 0xFFU) + (shift == 0 ? ":" : ".");
  }
  return text + std::to_string(port);
}

}  // namespace

std::string StunBindingRequest(std::string_view transaction) {
  using namespace std::string_view_literals;
  std::string request("\x00\x01\x00\x00\x21\x12\xA4\x42"sv);
  request += transaction;
  return request;
}

std::optional<StunBinding> ReadStunBinding(std::string_view datagram, std::string_view transaction) {
  if (datagram.size() < kHeaderBytes || Number(datagram, 0, 2) != kBindingSuccess) return std::nullopt;
  if (Number(datagram, 4, 4) != kCookie || datagram.substr(8, kStunTransactionBytes) != transaction) {
    return std::nullopt;
  }
  std::string_view rest = datagram.substr(kHeaderBytes);
  if (rest.size() != Number(datagram, 2, 2)) return std::nullopt;
  StunBinding binding;
  while (rest.size() >= 4) {
    const std::size_t length = Number(rest, 2, 2);
    if (length > rest.size() - 4) return std::nullopt;
    if (Number(rest, 0, 2) == kXorMappedAddress) binding.address = AddressOf(rest.substr(4, length));
    const std::size_t padded = (length + 3) / 4 * 4;
    rest.remove_prefix(std::min(rest.size(), 4 + padded));
  }
  return binding;
}

}  // namespace parley
