// Makes the pictures of docs/chat.md and docs/chat.zh-CN.md: scripts/lesson-pictures starts it. The argument is their folder. A
// colour font for emoji must be installed.

import {Person} from './person.mjs';
import {makePictures, take} from './pictures.mjs';
import {startServer, startTerminal, temporaryFolder} from './support.mjs';

const kLanguages = {
  en: {
    locale: 'en-GB', room: 'physics', self: 'Lin', others: ['Ben', 'Cyn'],
    said: ['Good morning! Today: how long does a ball fall?', 'Do we measure or compute?', 'Both. The **height** is $h = \\frac{1}{2} g t^2$, so:', 'Like this?', 'Exactly. `9.81` is *g* in m/s²'],
    question: 'How long does it fall from 5 m?', options: ['0.5 s', '1.0 s', '2.0 s'], search: 'height',
  },
  zh: {
    locale: 'zh-CN', room: '物理课', self: '林老师', others: ['陈晨', '李想'],
    said: ['同学们早上好！今天的问题：小球下落要多久？', '是测量还是计算？', '都要。**高度**是 $h = \\frac{1}{2} g t^2$，所以：', '是这样吗？', '对。`9.81` 就是 *g*，单位 m/s²'],
    question: '从 5 米高处下落要多久？', options: ['0.5 秒', '1.0 秒', '2.0 秒'], search: '高度',
  },
};
const kCode = '```python\nfrom math import sqrt\n\ndef fall(h):\n    return sqrt(2 * h / 9.81)\n```';

async function picturesIn({browser, words, path, locale, room, self, others, said, question, options, search}) {
  const server = await startServer(temporaryFolder());
  const ask = (who, request) => who.says(JSON.stringify({room, ...request}));
  const context = await browser.newContext({ignoreHTTPSErrors: true, locale, viewport: {width: 1000, height: 700}, reducedMotion: 'reduce'});
  const {page} = await Person.visit(context, self, `${server.url}/room/${encodeURIComponent(room)}`);
  await page.locator('#name').fill(self);
  await page.getByRole('button', {name: words.entry.chatOnly, exact: true}).click();
  await page.getByRole('log').waitFor();
  const [ben, cyn] = await Promise.all(others.map((name) => startTerminal(server, name, room)));
  const write = async (text) => {
    await page.locator('#composer').fill(text);
    await page.locator('.send').click();
    await page.locator('.own').waitFor({state: 'detached'});
  };
  const hears = async (who, text) => {
    ask(who, {type: 'message', ...text});
    await page.locator('.item').nth(count++).waitFor();
  };
  let count = 1;
  await write(said[0]);
  await hears(ben, {text: said[1]});
  await write(said[2]);
  count++;
  await hears(cyn, {text: `${said[3]}\n${kCode}`, reply_to: 3});
  for (const [who, emoji] of [[ben, '👍'], [cyn, '👍'], [ben, '🎉']]) ask(who, {type: 'react', seq: 3, emoji, on: true});
  await write(said[4]);
  await page.locator('.katex').first().waitFor();
  await page.locator('.hljs-keyword').first().waitFor();
  await page.locator('.reaction').nth(1).waitFor();
  await page.mouse.move(10, 300);
  await take(page, path('chat'));

  await write(`/poll ${question} | ${options.join(' | ')}`);
  const poll = page.locator('.poll');
  await poll.locator('.option').nth(1).click();
  ask(ben, {type: 'vote', seq: 6, choices: [1]});
  ask(cyn, {type: 'vote', seq: 6, choices: [2]});
  await poll.getByText(words.poll.voters.split('|').at(-1).trim().replace('{n}', '3')).waitFor();
  await page.mouse.move(10, 300);
  await take(page, path('poll'), poll);

  await write(`/search ${search}`);
  await page.locator('.hit').first().waitFor();
  await take(page, path('search'), page.locator('dialog'));
  await page.keyboard.press('Escape');

  await page.setViewportSize({width: 390, height: 700});
  await page.emulateMedia({colorScheme: 'dark'});
  await page.locator('html[data-theme="dark"]').waitFor();
  await take(page, path('phone'));

  await context.close();
  for (const terminal of [ben, cyn]) await terminal.stop('SIGKILL');
  await server.child.stop();
}

await makePictures(kLanguages, picturesIn);
