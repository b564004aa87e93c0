// Takes pictures of a class of 28 for people to look at: scripts/class-pictures starts it. The argument is the folder they go to.

import {mkdirSync, writeFileSync} from 'node:fs';
import {connect} from 'node:net';
import {join} from 'node:path';

import {Person} from './person.mjs';
import {startBrowser} from './student.mjs';
import {command, kHost, startServer, temporaryFolder} from './support.mjs';
import {wordsOf} from './words.mjs';

const [, , folder] = process.argv;
mkdirSync(folder, {recursive: true});

const kPassword = 'correct horse';
const kSizes = [[390, 844], [844, 390], [1280, 720], [1920, 1080]];
const kStudents = 27;
const kWaiting = 3;
const kNames = {
  en: ['Ben', 'Cynthia', 'Dan', 'Élodie Lefèvre', 'Fay', 'Maximilian-Alexander Hohenfels', 'Gus', 'Hana', 'Ivo', 'Jo'],
  zh: ['陈晨', '李想', '王雨', '赵磊', '欧阳娜娜', '阿卜杜热合曼·买买提', '孙悦', '周杰', '吴桐', '郑爽'],
};

// A student without a page: in the room, and in the meeting as far as others can tell. Resolves when it is in the room, or waits.
function student(server, room, name, state) {
  const socket = connect(Number(server.doors.plain.split(':').at(-1)), kHost);
  const say = (request) => socket.write(`${JSON.stringify(request)}\n`);
  let text = '';
  return new Promise((resolve) => {
    say({type: 'hello', protocol: 1, name});
    say({type: 'join', room});
    socket.setEncoding('utf8').on('data', (more) => {
      text += more;
      if (/"code":"waiting"/.test(text)) resolve(socket);
      if (!/"type":"joined"/.test(text)) return;
      text = '';
      if (state) say({type: 'state', room, ...state});
      resolve(socket);
    });
  });
}

// A server with the class's room and the teacher's account.
function startClass(room, topic, teacher) {
  const data = temporaryFolder();
  command(data, ['user', 'add', teacher], `${kPassword}\n`);
  const config = join(data, 'lesson.conf');
  writeFileSync(config, `room = ${room}; topic = ${topic}; hosts = ${teacher}\njournal = yes\n`);
  return startServer(data, {options: ['--config', config]});
}

async function signIn(page, teacher, words) {
  const button = (name) => page.getByRole('button', {name, exact: true});
  await button(words.entry.withAccount).click();
  await page.locator('#user').fill(teacher);
  await page.locator('#secret').fill(kPassword);
  await button(words.entry.enterMeeting).click();
  await page.locator('.act.end').waitFor();
}

async function picturesIn(browser, language, theme) {
  const words = await wordsOf(language);
  const teacher = language === 'zh' ? '林老师' : 'Lin';
  const room = language === 'zh' ? '七年级二班' : 'class-7b';
  const topic = language === 'zh' ? '第一课：光的折射' : 'Lesson 1: how light bends';
  const server = await startClass(room, topic, teacher);
  const context = await browser.newContext({
    ignoreHTTPSErrors: true, locale: language === 'zh' ? 'zh-CN' : 'en-GB', colorScheme: theme, reducedMotion: 'reduce',
  });
  const {page} = await Person.visit(context, teacher, `${server.url}/room/${encodeURIComponent(room)}`);
  const button = (name) => page.getByRole('button', {name, exact: true});
  const click = (locator) => locator.dispatchEvent('click');
  // `open` shows again what goes when the page becomes narrow or wide.
  const take = async (view, open = async () => {}) => {
    for (const [width, height] of kSizes) {
      await page.setViewportSize({width, height});
      await open();
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      await page.screenshot({path: join(folder, `${view}-${width}-${language}-${theme}.png`)});
    }
  };
  await take('first');
  await page.setViewportSize({width: 1280, height: 720});
  await signIn(page, teacher, words);

  const names = Array.from({length: kStudents + kWaiting}, (_, i) =>
    kNames[language][i % kNames[language].length] + (i < kNames[language].length ? '' : ` ${Math.floor(i / kNames[language].length) + 1}`));
  const students = await Promise.all(names.slice(0, kStudents).map((name, i) =>
    student(server, room, name, {call: i % 9 !== 8, audio: i % 3 === 0, video: i % 4 === 1, screen: i === 5, hand: i % 7 === 2})));
  await page.locator('.tile').nth(3).waitFor();
  await page.locator('#composer').fill(language === 'zh' ? '同学们早上好' : 'Good morning, class');
  await page.keyboard.press('Enter');
  await take('call');

  const list = page.locator('#people');
  const openList = async () => {
    if (!(await list.isVisible())) await click(page.locator(`.act[aria-label^="${words.room.people}"]`));
    await list.waitFor();
  };
  await take('people', openList);
  const openPerson = async () => {
    await openList();
    const more = list.locator('.person button[aria-expanded]').nth(1);
    if ((await more.getAttribute('aria-expanded')) === 'false') await click(more);
    await list.locator('.actions').scrollIntoViewIfNeeded();
  };
  await take('person', openPerson);
  await click(button(words.host.room));
  await page.getByRole('dialog').waitFor();
  await page.getByRole('switch', {name: words.waiting.room}).or(page.getByRole('checkbox', {name: words.waiting.room})).first().dispatchEvent('click');
  await take('host');
  await page.keyboard.press('Escape');
  students.push(...await Promise.all(names.slice(kStudents).map((name) => student(server, room, name))));
  await page.getByRole('region', {name: words.waiting.title}).waitFor();
  await take('waiting');

  for (const socket of students) socket.destroy();
  await context.close();
  await server.child.stop();
}

const browser = await startBrowser('Chromium');
try {
  for (const language of ['en', 'zh']) {
    for (const theme of ['light', 'dark']) await picturesIn(browser, language, theme);
  }
} finally {
  await browser.close();
}
process.exit();
