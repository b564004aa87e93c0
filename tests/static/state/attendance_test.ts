import { describe, expect, it } from 'vitest';
import { attendanceFileName, attendanceTable } from '@/state/attendance';

const kHead = ['Name', 'Joined', 'Left', 'Time'];
/** A time of this machine's clock, as the wire has it. */
const at = (hours: number, minutes: number, seconds = 0) => new Date(2026, 10, 28, hours, minutes, seconds).toISOString();
const rowsOf = (...names: string[]) =>
  attendanceTable(names.map((name) => ({ name, came: at(8, 0), seconds: 1 })), kHead)
    .split('\r\n')
    .slice(1, -1)
    .map((row) => row.replace(/,[^,]*,[^,]*,[^,]*$/, ''));

describe('the table of attendance', () => {
  it('has a byte order mark, a head, and a row for each person by the clock of the wall, the first one first', () => {
    const people = [
      { name: '小明', came: at(8, 1, 40), left: at(8, 45), seconds: 2600 },
      { name: 'Lin', came: at(8, 0, 2), seconds: 36_610 },
    ];
    expect(attendanceTable(people, kHead)).toBe(
      '\uFEFFName,Joined,Left,Time\r\n' +
        'Lin,2026-11-28 08:00:02,,10:10:10\r\n' +
        '小明,2026-11-28 08:01:40,2026-11-28 08:45:00,0:43:20\r\n',
    );
  });

  it('quotes commas and quotes', () => {
    expect(rowsOf('Lee, Ann', 'Ann "Annie" Lee')).toEqual(['"Lee, Ann"', '"Ann ""Annie"" Lee"']);
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)'])('makes no formula of %s', (name) => {
    expect(rowsOf(name)).toEqual([`'${name}`]);
  });

  it('makes no formula behind a tab or a break, whatever shows them', () => {
    for (const name of ['\t=1', '\r=1', '\n=1']) expect(rowsOf(name)[0]).not.toMatch(/^"?[=+\-@\t\r\n]/);
  });

  it('is called after the room and the day', () => {
    const now = new Date(2026, 0, 5);
    expect(attendanceFileName('class-7b', now)).toBe('attendance-class-7b-2026-01-05.csv');
    expect(attendanceFileName('七年级: a?b', now)).toBe('attendance-七年级_ a_b-2026-01-05.csv');
  });
});
