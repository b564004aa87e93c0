import { describe, expect, it } from 'vitest';
import { kCommands, parseCommand } from '@/state/commands';

const names = ['Ada', 'Ada Lovelace', '林小雨'];
const parse = (line: string) => parseCommand(line, names);

describe('parseCommand', () => {
  it.each([
    'hello /there',
    '/etc/hosts looks wrong to me, can you have a look at line 12?',
    '//etc/hosts',
    '/',
    '/ who',
    '/2 of it',
    '/home is full',
    '/nonsense',
    '/nonsense with words',
    '//who',
    '//msg Ada x',
    '/msg/Ada',
    '/whoami',
    '/constructor',
    '/who?',
    '/who\nand why',
    '/topic one\ntwo',
    '/leave\nnot yet',
    ' /who',
    '/mgs Ada the key is 4711',
    '/bin is full',
    '/kik Ada',
    '/code python\n  if a:\n    b()\n',
    '/code\nr = 3',
  ])('takes %j as text, as it was typed', (line) => {
    expect(parse(line)).toEqual({ kind: 'text', text: line });
  });

  it('knows commands in any case', () => {
    expect(parse('/WHO')).toEqual({ kind: 'who' });
    expect(parse('/quit')).toEqual({ kind: 'leave' });
    expect(parse('/join  Room 7 ')).toEqual({ kind: 'join', room: 'Room 7' });
    expect(parse('/rooms')).toEqual({ kind: 'rooms' });
    expect(parse('/rooms  physics lab')).toEqual({ kind: 'rooms', query: 'physics lab' });
    expect(parse('/topic Week 3')).toEqual({ kind: 'topic', topic: 'Week 3' });
    expect(parse('/topic')).toEqual({ kind: 'topic', topic: '' });
    expect(parse('/kick Ada Lovelace')).toEqual({ kind: 'person', action: 'kick', name: 'Ada Lovelace' });
  });

  it('finds names with spaces in them, the longest first', () => {
    expect(parse('/msg ada lovelace hi there')).toEqual({ kind: 'msg', name: 'Ada Lovelace', text: 'hi there' });
    expect(parse('/msg Ada lately?')).toEqual({ kind: 'msg', name: 'Ada', text: 'lately?' });
    expect(parse('/msg 林小雨 你好')).toEqual({ kind: 'msg', name: '林小雨', text: '你好' });
    expect(parse('/msg Nobody hi')).toEqual({ kind: 'msg', name: 'Nobody', text: 'hi' });
  });

  it('takes no shorter name, whatever the case, width and space between the words', () => {
    for (const line of ['/msg Ada  Lovelace x', '/msg Ada Lovelace\tx', '/msg ADA ＬＯＶＥＬＡＣＥ   x']) {
      expect(parse(line)).toEqual({ kind: 'msg', name: 'Ada Lovelace', text: 'x' });
    }
  });

  it('tells how a command is written that lacks something', () => {
    expect(parse('/join')).toEqual({ kind: 'wrong', usage: '/join ROOM' });
    for (const text of ['/msg Ada one\ntwo', '/msg\nAda']) expect(parse(text)).toEqual({ kind: 'wrong', usage: '/msg NAME TEXT' });
    expect(parse('/msg Ada')).toEqual({ kind: 'wrong', usage: '/msg NAME TEXT' });
    expect(parse('/ban')).toEqual({ kind: 'wrong', usage: '/ban NAME' });
  });

  it('takes code, or begins a block for a language', () => {
    expect(parse('/code')).toEqual({ kind: 'code', language: '', code: '' });
    expect(parse('/code cpp')).toEqual({ kind: 'code', language: 'cpp', code: '' });
    expect(parse('/code r = 3')).toEqual({ kind: 'code', language: '', code: 'r = 3' });
    expect(kCommands).toContain('/code [LANGUAGE | CODE]');
  });

  it('names polls and files by their messages', () => {
    expect(parse('/close')).toEqual({ kind: 'close', count: 0 });
    expect(parse('/close 3')).toEqual({ kind: 'close', count: 3 });
    expect(parse('/close it')).toEqual({ kind: 'wrong', usage: '/close [N]' });
    expect(parse('/get 2')).toEqual({ kind: 'get', count: 2 });
    for (const line of ['/get', '/get 0', '/get notes.txt']) expect(parse(line)).toEqual({ kind: 'wrong', usage: '/get N' });
    expect(parse('/vote 2 1,3')).toEqual({ kind: 'vote', count: 2, choices: [0, 2] });
    expect(parse('/vote 2 -')).toEqual({ kind: 'vote', count: 2, choices: [] });
    expect(parse('/vote -')).toMatchObject({ kind: 'wrong' });
  });

  it('lists each command once', () => {
    expect(new Set(kCommands).size).toBe(kCommands.length);
  });

  it('list, admit and deny waiting people', () => {
    expect(parseCommand('/waiting', [])).toEqual({ kind: 'waiting' });
    expect(parseCommand('/waiting on', [])).toEqual({ kind: 'waiting', value: 'on' });
    expect(parseCommand('/waiting perhaps', [])).toMatchObject({ kind: 'wrong' });
    expect(parseCommand('/admit Ann Lee', [])).toEqual({ kind: 'door', action: 'admit', name: 'Ann Lee' });
    expect(parseCommand('/refuse', [])).toMatchObject({ kind: 'wrong' });
  });
});
