// The text by which a host invites others: enough to come in from a browser that has never seen the server.

export interface Invitation {
  title: string;
  link: string;
  /** Whether the room has a password, and what it is where that is known. */
  protected: boolean;
  password: string | undefined;
  /** The page about trusting the server's own certificate, where it made one. */
  trust: string | undefined;
}

type Words = (key: string, values?: Record<string, string>) => string;

export function invitationText({ title, link, protected: isProtected, password, trust }: Invitation, t: Words): string {
  const lines = [t('invitation.title', { title }), t('invitation.link', { link })];
  if (isProtected) lines.push(password ? t('invitation.password', { password }) : t('invitation.ask'));
  if (trust) lines.push(t('invitation.trust', { trust }));
  return lines.join('\n');
}
