// How to trust the server's own certificate, as the server's page about it says: the card of a room has the same words.

import { trustPage } from './obstacle';

export interface TrustSteps {
  page: string;
  /** SHA-256 of the certificate, as the server writes it. */
  fingerprint: string;
  systems: { name: string; steps: string[] }[];
}

const words = (element: Element | null): string => (element?.textContent ?? '').replace(/\s+/g, ' ').trim();

/** `html`: that page; `language`: `en` or `zh`. */
export function stepsIn(html: string, page: string, language: string): TrustSteps {
  const document = new DOMParser().parseFromString(html, 'text/html');
  const sections = [...document.querySelectorAll('section')];
  const section = sections.find((each) => (each.lang === 'en') === (language === 'en'));
  const headings = [...(section?.querySelectorAll('h3') ?? [])];
  return {
    page,
    fingerprint: words(document.querySelector('.fingerprint')),
    systems: headings.map((heading) => ({
      name: words(heading),
      steps: [...(heading.nextElementSibling?.querySelectorAll('li') ?? [])].map(words),
    })),
  };
}

/** Nothing where the server has another's certificate, or cannot be asked. */
export async function trustSteps(root: URL, language: string): Promise<TrustSteps | undefined> {
  const page = await trustPage(root);
  if (page === undefined) return undefined;
  try {
    return stepsIn(await (await fetch(page)).text(), page, language);
  } catch {
    return undefined;
  }
}
