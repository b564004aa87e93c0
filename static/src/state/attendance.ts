// Who was in a room as a file for spreadsheets: CSV (RFC 4180), in UTF-8 with a byte order mark, without which some of them
// read Chinese names wrongly.

import type { Attendee } from '@/protocol';
import { visible } from '@/state/text';

/** What a spreadsheet takes for a formula is text with an apostrophe before it. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const two = (number: number): string => String(number).padStart(2, '0');
/** By this machine's clock, in the one form that every spreadsheet reads as a time. */
function localTime(time: Date): string {
  const day = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-');
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}
function duration(seconds: number): string {
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/** `head`: the names of the four columns. */
export function attendanceTable(people: readonly Attendee[], head: readonly string[]): string {
  const rows = [...people]
    .sort((a, b) => a.came.localeCompare(b.came))
    .map(({ name, came, left, seconds }) => [visible(name), localTime(new Date(came)), left ? localTime(new Date(left)) : '', duration(seconds)]);
  return '\uFEFF' + [head, ...rows].map((row) => row.map(cell).join(',') + '\r\n').join('');
}

/** A room's name may have what a file's name may not. */
export function attendanceFileName(room: string, now: Date): string {
  // eslint-disable-next-line no-control-regex
  const name = visible(room).replace(/[\u0000-\u001f\u007f<>:"/\\|?*]/g, '_');
  return `attendance-${name}-${localTime(now).slice(0, 10)}.csv`;
}
