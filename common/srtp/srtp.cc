#include "common/srtp/srtp.h"

#include "common/srtp/gcm_sender.h"
#include "common/srtp/library_srtp.h"

namespace parley {

std::unique_ptr<SrtpSender> MakeSrtpSender(SrtpProfile profile, std::string_view key) {
  if (profile == SrtpProfile::kAeadAes128Gcm) return GcmSender::Make(key);
  return LibrarySrtpSender::Make(profile, key);
}

}  // namespace parley
