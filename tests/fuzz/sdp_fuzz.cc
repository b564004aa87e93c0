// Session descriptions: what is read stays within the limits, and reads the same after it was written.
//
// Input: a description.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "common/base/media_limits.h"
#include "common/codec/sdp.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

using namespace parley;  // NOLINT(google-build-using-namespace): nearly all of it is used
using fuzz::Require;

void CheckSection(const SdpSection& section) {
  Require(section.mid.size() <= 16 && section.codecs.size() <= 128);
  Require(section.extensions.size() <= limits::kSdpListed && section.sources.size() <= limits::kSdpListed &&
          section.rids.size() <= limits::kSdpListed);
  for (const SdpCodec& codec : section.codecs) {
    Require(codec.payload_type <= 127 && codec.feedback.size() <= limits::kSdpListed);
  }
  for (const std::string_view text : {section.mid, section.kind, section.transport.ice_ufrag}) {
    Require(text.find_first_of(" \r\n") == std::string_view::npos);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto read = ReadSdp(fuzz::Text(data, size));
  if (const auto* problem = std::get_if<SdpProblem>(&read)) {
    Require(!problem->text.empty() && problem->text.size() < 100);
    return 0;
  }
  const auto& description = std::get<SdpDescription>(read);
  Require(!description.sections.empty() && description.sections.size() <= limits::kSdpSections);
  for (const SdpSection& section : description.sections) CheckSection(section);
  const std::string written = WriteSdp(description, "name");
  if (written.size() > limits::kSdpBytes) return 0;
  auto again = ReadSdp(written);
  Require(std::holds_alternative<SdpDescription>(again));
  Require(WriteSdp(std::get<SdpDescription>(again), "name") == written);
  return 0;
}
