// Makes the pictures of README.md and README.zh-CN.md: scripts/lesson-pictures starts it. The argument is their folder.

import {allMove, drawCamera} from './drawn_people.mjs';
import {LinePeer} from './line_peer.mjs';
import {makePictures, take} from './pictures.mjs';
import {Student} from './student.mjs';
import {startServer, temporaryFolder} from './support.mjs';

const kLanguages = {
  en: {
    locale: 'en-GB', room: 'compilers', topic: 'Week 5: parsing', teacher: 'Alan', people: ['Grace', 'Ada', 'Linus', 'Barbara'],
    said: 'Good morning! The slides are at https://slides.example/parsing', asked: 'Is the tree of exercise 3 unique?',
    answer: 'Only if the grammar is unambiguous. Look at slide 12.',
    slide: ['Precedence in a grammar', 'sum = product { "+" product }', 'product = value { "*" value }', '1 + 2 * 3 has one tree only'],
  },
  zh: {
    locale: 'zh-CN', room: '编译原理', topic: '第五周：语法分析', teacher: '王老师', people: ['林晓', '陈静', '赵明', '周岚'],
    said: '早上好！讲义在 https://slides.example/parsing', asked: '第三题的语法树是唯一的吗？',
    answer: '只有文法没有歧义时才是，见第 12 页。',
    slide: ['文法中的优先级', '和 = 积 { "+" 积 }', '积 = 值 { "*" 值 }', '1 + 2 * 3 只有一棵语法树'],
  },
};
const kDesk = {width: 1280, height: 760};
const kPhone = {width: 390, height: 760};
// Who raises a hand, and who has neither camera nor microphone on.
const kHand = 2;
const kQuiet = 3;

// Runs in a page before its own code: the screen that it shares is a slide with these lines.
function useDrawnScreen([title, ...lines]) {
  if (!navigator.mediaDevices) return;
  navigator.mediaDevices.getDisplayMedia = async () => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [1280, 720];
    const pen = canvas.getContext('2d');
    const edges = [['+', 960, 210], ['1', 850, 340], ['*', 1070, 340], ['2', 980, 470], ['3', 1160, 470]];
    const draw = () => {
      pen.fillStyle = '#fffefb';
      pen.fillRect(0, 0, 1280, 720);
      pen.fillStyle = '#0f6b5c';
      pen.fillRect(0, 0, 1280, 16);
      pen.fillStyle = '#1f2423';
      pen.textAlign = 'left';
      pen.font = '600 54px Inter, sans-serif';
      pen.fillText(title, 90, 120);
      pen.font = '36px Inter, sans-serif';
      for (const [at, line] of lines.entries()) pen.fillText(line, 90, 240 + at * 72);
      pen.lineWidth = 4;
      pen.strokeStyle = '#77706a';
      for (const [from, to] of [[0, 1], [0, 2], [2, 3], [2, 4]]) {
        pen.beginPath();
        pen.moveTo(edges[from][1], edges[from][2]);
        pen.lineTo(edges[to][1], edges[to][2]);
        pen.stroke();
      }
      pen.textAlign = 'center';
      for (const [text, x, y] of edges) {
        pen.fillStyle = '#d9ede7';
        pen.beginPath();
        pen.arc(x, y, 38, 0, 7);
        pen.fill();
        pen.fillStyle = '#0f6b5c';
        pen.fillText(text, x, y + 12);
      }
    };
    draw();
    setInterval(draw, 200);
    return canvas.captureStream(5);
  };
}

async function picturesIn({browser, words, path, locale, room, topic, teacher, people, said, asked, answer, slide}) {
  const server = await startServer(temporaryFolder());
  const host = await LinePeer.join(server, teacher, room);
  await host.ask('moderate', {room, action: 'topic', value: topic});
  await host.ask('message', {room, text: said});

  const open = (name, number) => Student.open('Chromium', browser, server, name, {room, locale, size: kDesk, before: async (page) => {
    await drawCamera(page, number, number === 0 ? 3 : 2);
    await page.addInitScript(useDrawnScreen, slide);
  }});
  const join_ = async (student, on) => {
    await student.setPreview(words.device.microphone, on);
    await student.setPreview(words.device.camera, on);
    await student.click('.enter');
    await student.page.waitForSelector('.act.end');
  };

  const self = await open(people[0], 0);
  const {page} = self;
  await page.emulateMedia({reducedMotion: 'reduce'});
  await self.setPreview(words.device.microphone, true);
  await self.setPreview(words.device.camera, true);
  await self.sees(teacher, '.room-preview');
  await page.waitForFunction(() => document.querySelector('.preview video')?.currentTime > 0);
  await take(page, path('entry'));
  await join_(self, true);

  const others = [];
  for (const [at, name] of people.slice(1).entries()) {
    others.push(await open(name, at + 1));
    await join_(others.at(-1), at + 1 !== kQuiet);
  }
  await others[kHand - 1].click(`[aria-label="${words.meeting.hand}"]`);
  await page.locator('.tile .hand').waitFor();
  await self.write(asked);
  await self.sees(asked, '.item');
  await host.ask('message', {room, text: answer});
  await self.sees(answer, '.item');
  await allMove(page, people.length - 1);
  await take(page, path('meeting'));

  for (const other of others.splice(1)) await other.page.context().close();
  await others[0].click(`[aria-label="${words.meeting.shareScreen}"]`);
  await page.locator('.large video').waitFor();
  await page.setViewportSize(kPhone);
  await page.emulateMedia({colorScheme: 'dark'});
  await page.locator('html[data-theme="dark"]').waitFor();
  await allMove(page, 3);
  await take(page, path('phone'));

  for (const each of [self, ...others]) await each.page.context().close();
  host.leave();
  await server.child.stop();
}

await makePictures(kLanguages, picturesIn);
