import { describe, expect, it } from 'vitest';
import { invitationText } from '@/state/invitation';

const words = (key: string, values: Record<string, string> = {}): string => [key, ...Object.values(values)].join(' ');
const plain = { title: 'Week 5', link: 'https://a/room/x', protected: false, password: undefined, trust: undefined };

describe('an invitation', () => {
  it('has the title and the link, and nothing that is not needed', () => {
    expect(invitationText(plain, words)).toBe('invitation.title Week 5\ninvitation.link https://a/room/x');
  });

  it('has the password where it is known, says that there is one where not, and how to trust the certificate', () => {
    const text = invitationText({ ...plain, protected: true, password: 'sesame', trust: 'https://a/trust' }, words);
    expect(text.split('\n').slice(2)).toEqual(['invitation.password sesame', 'invitation.trust https://a/trust']);
    expect(invitationText({ ...plain, protected: true }, words).split('\n')[2]).toBe('invitation.ask');
  });
});
