// The limits of fields that a page must know before the server answers. tests/static/protocol/limits_test.ts compares them with
// common/base/limits.h. `welcome` has some of them, too, but only after the login.

export const kTextBytes = 16 * 1024;
export const kTopicBytes = 1024;
export const kPasswordBytes = 256;
export const kFileNameBytes = 255;
export const kSearchQueryBytes = 200;
export const kPollQuestionBytes = 500;
export const kPollOptionBytes = 200;
export const kPollOptions = 10;
export const kListedMembers = 256;
export const kNameCodePoints = 32;
export const kRoomNameCodePoints = 64;

/** What `maxlength` counts: a code point has at most two UTF-16 units. */
export const unitsOf = (codePoints: number): number => 2 * codePoints;

/** The size of a text on the wire. `maxlength` counts UTF-16 units instead, so it is only an upper bound of a limit in bytes. */
export const bytesOf = (text: string): number => new TextEncoder().encode(text).length;
