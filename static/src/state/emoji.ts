// The emoji to react with: those that people use most, first.

export const kQuickEmoji = ['👍', '❤️', '😂', '🎉', '👀', '🤔', '✅', '❌'];

export const kEmoji = [
  ...kQuickEmoji,
  ...['👎', '👏', '🙌', '🙏', '💪', '👋', '🤝', '✋', '👌', '🤞', '☝️', '✍️'],
  ...['😀', '😄', '😅', '🙂', '😉', '😊', '😍', '😎', '🤓', '🥳', '😮', '😢', '😭', '😡', '😴', '🤯', '🤷', '🤦', '😬', '🙄'],
  ...['🔥', '⭐', '💯', '💡', '🚀', '⏳', '⏰', '📌', '📎', '📝', '📚', '🧪', '🧮', '💻', '🐛', '🔧', '🎯', '🏆', '☕', '🍵'],
  ...['❓', '❗', '➕', '➖', '✔️', '⚠️', '🚫', '🔁', '⬆️', '⬇️', '🟢', '🟡', '🔴', '1️⃣', '2️⃣', '3️⃣', '4️⃣'],
];

// Unicode takes new emoji from the free places of two blocks. Elsewhere, a picture without the property Emoji is none.
const kJoinedPictures =
  /^(?:(?=\p{Extended_Pictographic})(?:\p{Emoji}|(?=\p{Unassigned})[\u{1F680}-\u{1F6FF}\u{1FA70}-\u{1FAFF}])[\uFE0F\p{Emoji_Modifier}]?(?:\u200D(?!$)|$))+$/u;

/** Flags, keycaps and the like. Browsers that do not know them leave these to the server. */
function recommended(): RegExp | undefined {
  try {
    return new RegExp('^\\p{RGI_Emoji}$', 'v');
  } catch {
    return undefined;
  }
}
const kRecommended = recommended();

/** Whether the text is one emoji and nothing else, as the server reads it. */
export function isEmoji(text: string): boolean {
  return kJoinedPictures.test(text) || (kRecommended?.test(text) ?? true);
}
