#include "common/protocol/looks.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uspoof.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>

namespace parley::protocol {
namespace {

using Checker = std::unique_ptr<USpoofChecker, void (*)(USpoofChecker*)>;

Checker MakeChecker() {
  UErrorCode status = U_ZERO_ERROR;
  Checker checker(uspoof_open(&status), uspoof_close);
  uspoof_setChecks(checker.get(), USPOOF_RESTRICTION_LEVEL, &status);
  uspoof_setRestrictionLevel(checker.get(), USPOOF_HIGHLY_RESTRICTIVE);
  if (U_FAILURE(status) != 0) {  // an installation that is broken: no name could be judged
    std::fprintf(stderr, "parley: the tables of ICU can't be read: %s\n", u_errorName(status));
    std::abort();
  }
  return checker;
}

// Made once; any thread may ask it.
const USpoofChecker* TheChecker() {
  static const Checker checker = MakeChecker();
  return checker.get();
}

bool IsOfAWord(UChar32 c) {
  constexpr std::uint32_t kWord = U_GC_L_MASK | U_GC_M_MASK | U_GC_N_MASK;
  return (U_MASK(u_charType(c)) & kWord) != 0;
}

bool Mixes(const icu::UnicodeString& word) {
  UErrorCode status = U_ZERO_ERROR;
  return uspoof_checkUnicodeString(TheChecker(), word, nullptr, &status) != 0;
}

}  // namespace

std::string LookOf(const Name& name) {
  UErrorCode status = U_ZERO_ERROR;
  icu::UnicodeString skeleton;
  uspoof_getSkeletonUnicodeString(TheChecker(), 0, icu::UnicodeString::fromUTF8(name.shown), skeleton,
                                  &status);
  // Its letters stand for capitals and small ones alike, and names are compared without case.
  const icu::Normalizer2* folding = icu::Normalizer2::getNFKCCasefoldInstance(status);
  if (U_FAILURE(status) != 0) return name.key;
  std::string look;
  folding->normalize(skeleton, status).toUTF8String(look);
  return look;
}

bool MixesScripts(const Name& name) {
  const icu::UnicodeString text = icu::UnicodeString::fromUTF8(name.shown);
  icu::UnicodeString word;
  for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
    const UChar32 c = text.char32At(i);
    if (IsOfAWord(c)) {
      word.append(c);
    } else {
      if (Mixes(word)) return true;
      word.remove();
    }
  }
  return Mixes(word);
}

}  // namespace parley::protocol
