// The list of people as it is shown: those whom the page knows, and in a large room those whom the server finds.

import { computed, onUnmounted, ref, watch, type Ref } from 'vue';
import { useSession } from '@/app/session';
import { troubleOf, type Trouble } from '@/app/trouble';
import { everybodyIn, found, inOrder, wordsIn } from '@/state/people';
import type { Room } from '@/state/state';

/** So long after a key the server is asked. */
export const kSearchDelayMs = 300;
/** Fewer are found at a glance. */
const kSearchable = 20;

export function usePeopleList(room: () => Room, query: Ref<string>) {
  const session = useSession();
  const trouble = ref<Trouble>();
  const words = computed(() => wordsIn(query.value).join(' '));
  const hides = computed(() => session.people.hides(room()));
  const searchable = computed(() => hides.value || room().members.length > kSearchable);
  /** What the server says to what is searched now. */
  const answer = computed(() => (hides.value && room().found?.query === words.value ? room().found : undefined));

  const known = computed(() => {
    const ordered = inOrder(room(), session.state.value.self?.id);
    if (words.value !== '') return searchable.value ? found(ordered, words.value) : ordered;
    return everybodyIn({ members: ordered, found: answer.value });
  });
  const people = computed(() => (words.value !== '' && answer.value ? answer.value.members : known.value));
  /** How many there are beside these. */
  const others = computed(() => {
    const all = words.value === '' ? room().count : (answer.value?.count ?? 0);
    return Math.max(0, all - people.value.length);
  });
  /** The server has yet to say who has such a name. */
  const pending = computed(() => hides.value && words.value !== '' && !answer.value && trouble.value === undefined);
  const more = computed(() => hides.value && (answer.value ? answer.value.next !== undefined : words.value === '' && others.value > 0));

  async function search(after?: string): Promise<void> {
    const asked = words.value;
    trouble.value = undefined;
    try {
      await session.people.search(asked, after);
    } catch (error) {
      const why = troubleOf(error);
      if (asked === words.value) trouble.value = why;
    }
  }

  let timer: number | undefined;
  const stop = () => window.clearTimeout(timer);
  const forgetTrouble = () => (trouble.value = undefined);
  watch(words, forgetTrouble);
  // Coming back forgets the answer, or why there was none: it is asked for again. Not yet before a waiting room lets us in.
  watch(() => session.state.value.status.kind === 'online' && !session.state.value.outside, forgetTrouble);
  watch(
    [words, pending],
    () => {
      stop();
      if (pending.value) timer = window.setTimeout(() => void search(), kSearchDelayMs);
    },
    { immediate: true },
  );
  onUnmounted(stop);

  return { people, others, more, pending, searchable, trouble, showMore: () => search(answer.value?.next) };
}
