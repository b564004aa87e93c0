// Makes the pictures of docs/lesson.md and docs/lesson.zh-CN.md: scripts/lesson-pictures starts it. The argument is their folder.

import {writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';

import {allMove, drawCamera} from './drawn_people.mjs';
import {makePictures, take} from './pictures.mjs';
import {startBrowser, Student} from './student.mjs';
import {command, startServer, temporaryFolder} from './support.mjs';

const kPassword = 'correct horse';
const kLanguages = {
  en: {
    locale: 'en-GB', room: 'class-7b', topic: 'Lesson 1', teacher: 'Lin', students: ['Ben', 'Cyn', 'Dan', 'Eli'],
    asked: 'I cannot hear you', answer: 'Click "Join meeting"', said: 'Good morning, class 7b',
  },
  zh: {
    locale: 'zh-CN', room: '七年级二班', topic: '第一课', teacher: '林老师', students: ['陈晨', '李想', '王雨', '赵磊'],
    asked: '我听不到声音', answer: '请点“加入会议”', said: '同学们早上好',
  },
};
const kDesk = {width: 1080, height: 680};
// High enough for the whole form.
const kEntry = {width: 1080, height: 900};
const kPhone = {width: 390, height: 700};

// A server with the lesson's room and the teacher's account.
function startLesson({room, topic, teacher}) {
  const data = temporaryFolder();
  const config = join(data, 'lesson.conf');
  writeFileSync(config, `room = ${room}; topic = ${topic}; hosts = ${teacher}; waiting-room = yes\njournal = yes\n`);
  command(data, ['user', 'add', teacher], `${kPassword}\n`);
  return startServer(data, {options: ['--config', config]});
}

// The teacher fills in the form, up to the button that joins.
async function fillForm(self, teacher, words) {
  const {page} = self;
  await page.emulateMedia({reducedMotion: 'reduce'});
  await page.getByRole('button', {name: words.entry.withAccount, exact: true}).click();
  await page.locator('#user').fill(teacher);
  await page.locator('#secret').fill(kPassword);
  await self.setPreview(words.device.microphone, true);
  await self.setPreview(words.device.camera, true);
  await page.waitForFunction(() => document.querySelector('.preview video')?.currentTime > 0);
}

// What a host may do for the whole room.
async function takeDuties(page, words, take_) {
  const button = (name) => page.getByRole('button', {name, exact: true});
  await page.getByRole('button', {name: new RegExp(`^${words.room.people}`)}).last().click();
  await button(words.duties.quiet).waitFor();
  await take_(page, 'duties');
  await button(words.duties.end).click();
  await button(words.duties.end_room).waitFor();
  await take_(page, 'end', page.locator('.duties'));
}

async function picturesIn({browser, language, words, path, locale, room, topic, teacher, students, asked, answer, said}) {
  const take_ = (page, name, part) => take(page, path(name), part);
  const server = await startLesson({room, topic, teacher});
  const button = (name) => page.getByRole('button', {name, exact: true});
  const open = (name, i, size = kDesk) => Student.open('Chromium', browser, server, name,
      {room, size, locale, before: (page) => drawCamera(page, i, i === 0 ? 2 : 1)});
  const self = await open(teacher, 0);
  const {page} = self;
  await fillForm(self, teacher, words);
  await page.setViewportSize(kEntry);
  await take_(page, 'sign-in');
  await page.setViewportSize(kDesk);
  await button(words.entry.enterMeeting).click();
  await page.locator('.act.end').waitFor();

  const [first, phone, third, chatter] = await Promise.all(students.map((name, i) => open(name, i + 1, i === 1 ? kPhone : kDesk)));
  for (const student of [first, phone, third]) {
    await student.setPreview(words.device.microphone, true);
    await student.setPreview(words.device.camera, student !== third);
    await student.click('.enter');
  }
  await chatter.click('.chat-only');
  await phone.sees(words.outside.asked);
  await take_(phone.page, 'outside');
  const waiting = page.getByRole('region', {name: words.waiting.title});
  for (const name of students) await waiting.getByText(name, {exact: true}).waitFor();
  await take_(page, 'admit');
  await button(words.waiting.admitAll).click();
  for (const student of [first, phone, third]) await student.page.waitForSelector('.act.end');
  await allMove(page, 3);
  await page.locator('#composer').fill(said);
  await page.keyboard.press('Enter');
  await first.click(`[aria-label="${words.meeting.hand}"]`);
  await page.locator('.toast').waitFor();
  await take_(page, 'hand');
  await page.locator('.toast').getByRole('button', {name: words.host.lower_hand}).click();

  await takeDuties(page, words, take_);

  await chatter.click(`[aria-label="${words.people.more.replace('{name}', teacher)}"]`);
  await chatter.click('.actions .row .button');
  await chatter.page.waitForSelector('.chip');
  await chatter.write(asked);
  await page.locator('.toast').getByRole('button', {name: words.chat.reply}).click();
  await page.locator('.chip').waitFor();
  await page.keyboard.type(answer);
  await take_(page, 'private');

  if (language === 'en') {
    await chatter.page.setViewportSize({width: 720, height: 560});
    await chatter.page.goto(`${server.url}/trust`);
    await take(chatter.page, join(dirname(path('trust')), 'trust.webp'));
  }
  for (const each of [self, first, phone, third, chatter]) await each.page.context().close();
  await server.child.stop();
}

await makePictures(kLanguages, picturesIn, () => startBrowser('Chromium'));
