// @vitest-environment happy-dom
import { afterEach, describe, expect, test, vi } from 'vitest';
import { stepsIn, trustSteps } from '@/app/trust_steps';

// In the form of server/http/pages.cc.
const kPage = `<!doctype html><html lang="zh-CN"><body><main>
<p class="fingerprint">AA:BB
</p>
<section><h2>中文</h2><h3>Linux</h3><ol><li>导入 <code>ca.crt</code>。</li></ol></section>
<section lang="en"><h2>English</h2><p>Compare first.</p>
<h3>Windows (Chrome, Edge)</h3><ol><li>Open the downloaded
<code>ca.crt</code>.</li><li>Finish.</li></ol>
<h3>Android</h3><ol><li>Settings &amp; credentials.</li></ol></section>
</main></body></html>`;

afterEach(() => vi.unstubAllGlobals());

describe('the steps to trust a server', () => {
  test('are those of its page, in the language asked for', () => {
    expect(stepsIn(kPage, 'https://h/trust', 'en')).toEqual({
      page: 'https://h/trust',
      fingerprint: 'AA:BB',
      systems: [
        { name: 'Windows (Chrome, Edge)', steps: ['Open the downloaded ca.crt.', 'Finish.'] },
        { name: 'Android', steps: ['Settings & credentials.'] },
      ],
    });
    expect(stepsIn(kPage, 'https://h/trust', 'zh').systems).toEqual([{ name: 'Linux', steps: ['导入 ca.crt。'] }]);
  });

  test('are asked for beside the first page', async () => {
    const asked: string[] = [];
    vi.stubGlobal('fetch', async (address: URL | string) => {
      asked.push(String(address));
      return new Response(kPage, { status: 200 });
    });
    const steps = await trustSteps(new URL('https://h/chat/'), 'en');
    expect(steps?.page).toBe('https://h/chat/trust');
    expect(new Set(asked)).toEqual(new Set(['https://h/chat/trust']));
  });

  test('are not there where the certificate is somebody else’s', async () => {
    vi.stubGlobal('fetch', async () => new Response('', { status: 404 }));
    expect(await trustSteps(new URL('https://h/'), 'en')).toBeUndefined();
  });
});
