// Single keys for what is used most in a call. They count only while nothing is being typed.

export const kShortcuts = [
  { key: 'm', name: 'microphone' },
  { key: ' ', name: 'pushToTalk' },
  { key: 'v', name: 'camera' },
  { key: 's', name: 'screen' },
  { key: 'h', name: 'hand' },
  { key: 'c', name: 'chat' },
  { key: 'p', name: 'people' },
  { key: 'g', name: 'layout' },
  { key: 'f', name: 'full' },
  { key: '?', name: 'list' },
] as const;
export type Shortcut = (typeof kShortcuts)[number]['name'];

const kTyping = 'input:not([type="range"], [type="checkbox"], [type="radio"]), textarea, select, [contenteditable], dialog';
const kPressable = 'button, summary, a, input[type="checkbox"], input[type="radio"]';

/** Keys of a Russian, Greek or Korean layout count by their place, since their letters are not Latin; so do those that
    an input method holds. */
function keyOf(event: KeyboardEvent): string {
  const { key, code } = event;
  if (key === 'Process' && code === 'Space') return ' ';
  const [, letter] = /^Key([A-Z])$/.exec(code) ?? [];
  const foreign = key === 'Process' || (/^[\p{L}\p{M}]+$/u.test(key) && !/\p{Script=Latin}/u.test(key));
  return (letter && foreign ? letter : key).toLowerCase();
}

/** What a key means where it was pressed; nothing while somebody types, or where the key belongs to a button. */
export function shortcutOf(event: KeyboardEvent): Shortcut | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return undefined;
  const target = event.target instanceof Element ? event.target : undefined;
  if (target?.closest(kTyping)) return undefined;
  const pressed = keyOf(event);
  if (pressed === ' ' && target?.closest(kPressable)) return undefined;
  return kShortcuts.find(({ key }) => key === pressed)?.name;
}
