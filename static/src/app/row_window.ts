// Which rows of a long chat stand in the document: those near the screen, and those that the reader holds by the focus or by a
// selection. Space of the same height stands for the others. A chat of few rows stands in the document whole.

import { computed, onMounted, onUnmounted, onUpdated, shallowRef, type Ref } from 'vue';
import { defaultRangeExtractor, useVirtualizer, type Range, type VirtualItem, type Virtualizer } from '@tanstack/vue-virtual';
import type { Row } from '@/state/rows';

export interface ShownRow {
  row: Row;
  index: number;
  /** Pixels of left out rows before it. */
  above: number;
}

/** So many rows a browser lays out without delay. Its own search finds all of them. */
const kMostWhole = 300;
/** Beyond each edge of the screen: a screen reader, the Tab key and a fast scroll find the next rows there. */
const kBeside = 20;
/** A selection that is longer loses its middle when it is copied. */
const kMostSelected = 1000;
/** The height of what stands above the first row: MessageList.vue gives it that. */
const kTopPx = 60;

const kLinePx = 25;
const kLineLength = 80;

/** Until a row has been on the screen: then it is measured. Cheap, since all rows are gone through. */
function guessHeight(row: Row | undefined): number {
  if (row?.kind !== 'entry') return 45;
  const { entry, continued } = row;
  const length = entry.kind === 'message' ? entry.message.text.length : 0;
  return (continued ? 2 : 36) + (1 + Math.floor(length / kLineLength)) * kLinePx;
}

function heightOf(element: Element, entry: ResizeObserverEntry | undefined, list: Virtualizer<HTMLElement, Element>): number {
  const [box] = entry?.borderBoxSize ?? [];
  if (box) return box.blockSize;
  // The observer tells of every change: asking for it each time would make the browser lay out the page.
  const known = list.itemSizeCache.get(list.options.getItemKey(list.indexFromElement(element)));
  return known ?? element.getBoundingClientRect().height;
}

const from = (first: number, end: number) => Array.from({ length: Math.max(0, end - first) }, (_, i) => first + i);

/** The key of the row that has that node; nothing where it is in no row. */
function keyAt(node: Node | null, scroller: HTMLElement | undefined): string | undefined {
  const element = node instanceof Element ? node : node?.parentElement;
  return element && scroller?.contains(element) ? element.closest<HTMLElement>('[data-key]')?.dataset.key : undefined;
}

/** Whether a row that is measured above the screen moves the rest by as much, so that what is read stays where it is. */
function keepsPlace({ key, start, end }: VirtualItem, list: Virtualizer<HTMLElement, Element>): boolean {
  const top = list.scrollOffset ?? 0;
  return list.itemSizeCache.has(key) ? end <= top && list.scrollDirection !== 'backward' : start < top;
}

/** The rows that the reader holds by the focus or by a selection, and the one that was brought to the screen. */
function useHeldRows(rows: Readonly<Ref<readonly Row[]>>, scroller: Ref<HTMLElement | undefined>) {
  /** Keys of rows. */
  const focused = shallowRef<string>();
  const wanted = shallowRef<string>();
  const selected = shallowRef<readonly [string, string]>();

  const indexOf = (key: string | undefined) => (key === undefined ? -1 : rows.value.findIndex((row) => row.key === key));

  function indexes(): number[] {
    const single = [focused.value, wanted.value].map(indexOf);
    const [first = -1, last = -1] = (selected.value ?? []).map(indexOf).sort((a, b) => a - b);
    const between = first < 0 ? [] : from(first, Math.min(last + 1, first + kMostSelected));
    return [...single, ...between, last].filter((index) => index >= 0);
  }

  function near(range: Range): number[] {
    const held = indexes();
    const all = defaultRangeExtractor(range);
    return held.length === 0 ? all : [...new Set([...all, ...held])].sort((a, b) => a - b);
  }

  function selectionChanged(): void {
    const selection = document.getSelection();
    const [first, last] = [selection?.anchorNode ?? null, selection?.focusNode ?? null].map((node) => keyAt(node, scroller.value));
    const held = selection?.isCollapsed === false && first !== undefined && last !== undefined;
    const [a, b] = selected.value ?? [];
    if (held ? a !== first || b !== last : selected.value) selected.value = held ? [first, last] : undefined;
  }
  onMounted(() => document.addEventListener('selectionchange', selectionChanged));
  onUnmounted(() => document.removeEventListener('selectionchange', selectionChanged));

  /** Reads all three, so that a computed value follows each of them. */
  const any = () => [focused.value, wanted.value, selected.value].some((key) => key !== undefined);
  return { focused, wanted, any, indexOf, near };
}

type Held = ReturnType<typeof useHeldRows>;

/** The library's list of the rows, which measures them and knows where each stands. */
function useMeasuredRows(
  rows: Readonly<Ref<readonly Row[]>>,
  scroller: Ref<HTMLElement | undefined>,
  atEnd: Readonly<Ref<boolean>>,
  held: Held,
) {
  let present: readonly Row[] = [];
  let measured: Virtualizer<HTMLElement, Element> | undefined;
  /** A message on the screen, and where it stands there, while others are put in above. A day line would not do: it moves up to the
      first message of its day. */
  let anchor: { key: string; y: number } | undefined;

  function anchorOf(list: Virtualizer<HTMLElement, Element>, next: readonly Row[]): typeof anchor {
    const top = scroller.value?.scrollTop ?? 0;
    let index = list.getVirtualItemForOffset(top)?.index ?? 0;
    while (index < present.length && present[index]?.kind !== 'entry') index++;
    // Nothing is put in above it.
    if (present[index]?.key === next[index]?.key) return anchor;
    const place = list.measurementsCache[index];
    return place && { key: String(place.key), y: place.start - top };
  }
  function restore(): void {
    const place = anchor && measured?.measurementsCache[held.indexOf(anchor.key)];
    if (scroller.value && anchor && place) scroller.value.scrollTop = place.start - anchor.y;
    anchor = undefined;
  }

  // The same function for good: the library would measure all rows anew for another one.
  const getItemKey = (index: number) => present[index]?.key ?? index;
  const options = computed(() => {
    const holdsAny = held.any();
    if (measured) anchor = anchorOf(measured, rows.value);
    present = rows.value;
    return {
      count: present.length,
      getItemKey,
      getScrollElement: () => scroller.value ?? null,
      estimateSize: (index: number) => guessHeight(present[index]),
      measureElement: heightOf,
      rangeExtractor: holdsAny ? (range: Range) => held.near(range) : defaultRangeExtractor,
      overscan: kBeside,
      scrollMargin: kTopPx,
    };
  });
  const list = useVirtualizer<HTMLElement, Element>(options);
  measured = list.value;
  // At the end there is one place to be. A row that is measured would lead away from it for a moment, and a press of the mouse
  // would miss.
  list.value.shouldAdjustScrollPositionOnItemSizeChange = (item, _, measuring) => !atEnd.value && keepsPlace(item, measuring);
  onUpdated(restore);
  return list;
}

/** `atEnd`: the reader is at the end of the chat, and whoever has the scroller keeps it there. */
export function useRowWindow(rows: Readonly<Ref<readonly Row[]>>, scroller: Ref<HTMLElement | undefined>, atEnd: Readonly<Ref<boolean>>) {
  const held = useHeldRows(rows, scroller);
  const list = useMeasuredRows(rows, scroller, atEnd, held);

  function indexes(): number[] {
    const count = rows.value.length;
    const items = list.value.getVirtualItems();
    if (count <= kMostWhole) return from(0, count);
    // Hidden, or not laid out yet: the chat is shown from its end.
    return items.length > 0 ? items.map(({ index }) => index) : from(count - kBeside, count);
  }

  const shown = computed<ShownRow[]>(() => {
    const whole = rows.value.length <= kMostWhole;
    let end = kTopPx;
    return indexes().flatMap((index) => {
      const row = rows.value[index];
      const place = list.value.measurementsCache[index];
      const above = whole || !place ? 0 : Math.max(0, place.start - end);
      end = place?.end ?? end;
      return row ? [{ row, index, above }] : [];
    });
  });
  /** Pixels of left out rows after the last. */
  const below = computed(() => {
    const last = shown.value.at(-1);
    const end = last && list.value.measurementsCache[last.index]?.end;
    return end === undefined || rows.value.length <= kMostWhole ? 0 : Math.max(0, list.value.getTotalSize() + kTopPx - end);
  });

  return {
    shown,
    below,
    measure: (element: unknown) => list.value.measureElement(element instanceof Element ? element : null),
    focus: (target: EventTarget | null) => (held.focused.value = keyAt(target instanceof Node ? target : null, scroller.value)),
    /** Brings that row to the middle of the screen. After the next update it is in the document. */
    bring(key: string): void {
      const index = held.indexOf(key);
      if (index < 0) return;
      held.wanted.value = key;
      list.value.scrollToIndex(index, { align: 'center' });
    },
  };
}
