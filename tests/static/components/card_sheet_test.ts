// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import CardSheet from '@/components/CardSheet.vue';
import { mounted } from '../support/mounted';

const kLink = 'https://192.168.1.20:8443/room/physics';
const trust = { page: 'https://192.168.1.20:8443/trust', fingerprint: 'AA:BB', systems: [{ name: 'Android', steps: ['One.', 'Two.'] }] };

function sheet(more: object = {}) {
  return mounted(CardSheet, () => ({ title: 'Physics', link: kLink, protected: false, password: undefined, trust: undefined, ...more })).root;
}
const text = (root: Element) => root.textContent!.replace(/\s+/g, ' ').trim();

describe('the card of a room', () => {
  it('has what to scan and what to type', () => {
    const root = sheet();
    expect(root.querySelector('h1')!.textContent).toBe('Physics');
    expect(text(root)).toContain(kLink);
    const squares = root.querySelector('path')!.getAttribute('d')!.match(/M\d+ \d+/g)!.map((each) => each.slice(1));
    // The upper left pattern of a QR code, behind a border of two: seven dark ones, five light ones between two.
    expect(squares.slice(0, 7)).toEqual(['2 2', '3 2', '4 2', '5 2', '6 2', '7 2', '8 2']);
    expect(squares.filter((each) => each.endsWith(' 3')).slice(0, 2)).toEqual(['2 3', '8 3']);
  });

  it('shows the link with the letters of its room', () => {
    expect(text(sheet({ link: 'https://192.168.1.20:8443/room/%E7%89%A9%E7%90%86' }))).toContain('https://192.168.1.20:8443/room/物理');
  });

  it('has the password, or a place for it', () => {
    expect(text(sheet())).not.toContain('password');
    expect(text(sheet({ protected: true, password: 'owl 7' }))).toContain('Room password: owl 7');
    const blank = sheet({ protected: true });
    expect(text(blank)).toContain('Room password:');
    expect(blank.querySelector('.blank')).not.toBeNull();
  });

  it('says how to trust a server that made its certificate itself', () => {
    expect(text(sheet())).not.toContain('fingerprint');
    const root = sheet({ trust });
    expect(root.querySelector('.fingerprint')!.textContent).toBe('AA:BB');
    expect(text(root)).toContain(trust.page);
    expect([...root.querySelectorAll('li')].map((each) => each.textContent)).toEqual(['One.', 'Two.']);
  });
});
