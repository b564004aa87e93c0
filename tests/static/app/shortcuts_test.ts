// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest';
import { shortcutOf } from '@/app/shortcuts';

function press(key: string, tag = 'body', more: KeyboardEventInit = {}): KeyboardEvent {
  const target = tag === 'body' ? document.body : document.body.appendChild(document.createElement(tag));
  const event = new KeyboardEvent('keydown', { key, bubbles: true, ...more });
  target.dispatchEvent(event);
  return event;
}

afterEach(() => {
  document.body.innerHTML = '';
});

describe('shortcutOf', () => {
  it('knows single keys in either case', () => {
    expect(shortcutOf(press('m'))).toBe('microphone');
    expect(shortcutOf(press('M'))).toBe('microphone');
    expect(shortcutOf(press(' '))).toBe('pushToTalk');
    expect(shortcutOf(press('?'))).toBe('list');
    expect(shortcutOf(press('x'))).toBeUndefined();
  });

  it('goes by the place of a key whose letter is not Latin', () => {
    expect(shortcutOf(press('ь', 'body', { code: 'KeyM' }))).toBe('microphone');
    expect(shortcutOf(press('Ь', 'body', { code: 'KeyM', shiftKey: true }))).toBe('microphone');
    expect(shortcutOf(press('μ', 'body', { code: 'KeyM' }))).toBe('microphone');
    expect(shortcutOf(press('ㅡ', 'body', { code: 'KeyM' }))).toBe('microphone');
    expect(shortcutOf(press('צ', 'body', { code: 'KeyM' }))).toBe('microphone');
    expect(shortcutOf(press('Process', 'body', { code: 'KeyM' }))).toBe('microphone');
    expect(shortcutOf(press('Process', 'body', { code: 'Space' }))).toBe('pushToTalk');
  });

  it('goes by the letter where it is Latin, wherever it is', () => {
    // A French and a Dvorak keyboard.
    expect(shortcutOf(press('m', 'body', { code: 'Semicolon' }))).toBe('microphone');
    expect(shortcutOf(press(',', 'body', { code: 'KeyM' }))).toBeUndefined();
    expect(shortcutOf(press('b', 'body', { code: 'KeyM' }))).toBeUndefined();
    expect(shortcutOf(press('Escape', 'body', { code: 'Escape' }))).toBeUndefined();
  });

  it('leaves keys to text fields, and combinations to the browser', () => {
    expect(shortcutOf(press('m', 'textarea'))).toBeUndefined();
    expect(shortcutOf(press('m', 'input'))).toBeUndefined();
    expect(shortcutOf(press('c', 'body', { ctrlKey: true }))).toBeUndefined();
    expect(shortcutOf(press('v', 'body', { metaKey: true }))).toBeUndefined();
  });

  it('takes keys after a slider or a box was moved by hand', () => {
    const pressOn = (type: string, key: string) => {
      const input = document.body.appendChild(document.createElement('input'));
      input.type = type;
      const event = new KeyboardEvent('keydown', { key, bubbles: true });
      input.dispatchEvent(event);
      return shortcutOf(event);
    };
    expect([pressOn('range', 'm'), pressOn('range', ' ')]).toEqual(['microphone', 'pushToTalk']);
    expect([pressOn('checkbox', 'm'), pressOn('checkbox', ' ')]).toEqual(['microphone', undefined]);
    expect([pressOn('text', 'm'), pressOn('search', 'm'), pressOn('password', 'm')]).toEqual([undefined, undefined, undefined]);
  });

  it('leaves the space to a button, and nothing else', () => {
    expect(shortcutOf(press(' ', 'button'))).toBeUndefined();
    expect(shortcutOf(press('m', 'button'))).toBe('microphone');
  });
});
