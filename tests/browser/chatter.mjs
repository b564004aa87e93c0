// A person in the chat, in Chromium or in Firefox: what they do with messages, and what they see of them.

import {Student} from './student.mjs';
import {until} from './support.mjs';

// Runs in the page: the number of the message that says `text`, not of one that quotes it, if it has a part with these words
// as its label or in its text; 0 if it has none, nothing if there is no such message. `press`: clicks that part.
function partOf({text, selector, words, press}) {
  const said = (element) => (element.ariaLabel ?? element.innerText).replace(/\s+/g, ' ').trim();
  const item = [...document.querySelectorAll('.item[data-seq]')]
      .find((each) => [...each.querySelectorAll('.body > :not(.head, .quote)')].some((part) => said(part).includes(text)));
  const part = [...(item?.querySelectorAll(selector) ?? [])].find((each) => said(each).includes(words));
  if (press) part?.click();
  return item && (part ? Number(item.dataset.seq) : 0);
}

// Runs in the page: clicks what the selector finds and what is called just so.
function pressNamed([selector, name]) {
  const found = [...document.querySelectorAll(selector)].find(({innerText}) => innerText.trim() === name);
  found?.click();
  return found !== undefined;
}

// Runs in the page: whether one of the messages says just that.
const says = (text) => [...document.querySelectorAll('.item .text')].some(({innerText}) => innerText.trim() === text);

// Runs in the page: whether the message that a search led to says `text` and is on the screen.
function isPointedInView(text) {
  const item = document.querySelector('.item.pointed');
  if (!item?.innerText.includes(text)) return false;
  const [box, log] = [item, document.querySelector('[role=log]')].map((each) => each.getBoundingClientRect());
  return box.bottom > log.top && box.top < log.bottom;
}

// Runs in the page: the messages as they stand there. Of all text, also what browsers lay out in different ways.
const shown = () => [...document.querySelectorAll('.item[data-seq]')].map((each) => ({
  seq: Number(each.dataset.seq),
  text: each.querySelector('.text')?.textContent ?? '',
  quote: each.querySelector('.quote')?.textContent ?? '',
  file: each.querySelector('.file .name')?.textContent ?? '',
  deleted: each.querySelector('.gone') !== null,
  edited: each.querySelector('.edited') !== null,
  reactions: [...each.querySelectorAll('.reaction')].map(({ariaLabel}) => ariaLabel),
  counts: [...each.querySelectorAll('.poll .count')].map(({textContent}) => textContent.split(' ')[0]),
}));

export class Chatter extends Student {
  async signIn(password) {
    await this.click('.who .pick button:last-child');
    await this.fill('#user', this.name);
    await this.fill('#secret', password);
    await this.enterChat();
  }

  // Sends it by Enter, with what is attached. Resolves when the field is empty again.
  async write(text) {
    await this.fill('#composer', text);
    await this.key('Enter');
    await this.has('.send:disabled');
  }

  // A key that is pressed in the field.
  async key(key) {
    await this.page.focus('#composer');
    await this.page.keyboard.press(key);
  }

  // The file at that path goes with the next message.
  async attach(path) {
    const input = await this.page.$('input[type=file]');
    await (input.setInputFiles ?? input.uploadFile).call(input, path);
  }

  reads(text) {
    return until(() => this.page.evaluate(says, text), `${this.name} reads: ${text}`);
  }

  // The number of the message that says `text`, as soon as it has that part.
  shows(text, selector = '.body', words = '') {
    return until(() => this.page.evaluate(partOf, {text, selector, words}), `${this.name} sees at "${text}": ${selector} ${words}`);
  }

  lacks(text, selector, words = '') {
    return until(async () => (await this.page.evaluate(partOf, {text, selector, words})) === 0, `${this.name} sees no ${selector} ${words} at "${text}"`);
  }

  press(text, selector, words = '') {
    return until(() => this.page.evaluate(partOf, {text, selector, words, press: true}), `${this.name} clicks at "${text}": ${selector} ${words}`);
  }

  pressNamed(selector, name) {
    return until(() => this.page.evaluate(pressNamed, [selector, name]), `${this.name} clicks ${name}`);
  }

  // What the dialog of that message offers.
  async choose(text, label) {
    await this.press(text, '.menu');
    await this.pressNamed('dialog .acts button', label);
  }

  async remove(text) {
    await this.choose(text, 'Delete');
    await this.pressNamed('dialog [role=alert] button', 'Delete');
  }

  // Changes the newest message of one's own.
  async edit(text) {
    await this.key('ArrowUp');
    await this.has('.composer .chip');
    await this.write(text);
  }

  // Chooses one more answer, or takes it back.
  async vote(question, answer, on = true) {
    await this.press(question, `.option[aria-pressed=${!on}]`, answer);
    await this.shows(question, `.option[aria-pressed=${on}]`, answer);
  }

  async makePoll(question, answers) {
    await this.click('.add .act');
    await this.pressNamed('.add .list button', 'Create a poll');
    await this.fill('dialog .form > label .field', question);
    for (let n = 2; n < answers.length; n++) await this.pressNamed('dialog .form > button', 'Add an answer');
    for (const [n, answer] of answers.entries()) await this.fill(`dialog .form > div:nth-of-type(${n + 1}) .answer`, answer);
    await this.click('dialog .several input');
    await this.pressNamed('dialog .form > button', 'Start the poll');
  }

  // The texts that a search for these words finds. Its dialog stays open.
  async search(words) {
    await this.write(`/search ${words}`);
    await this.has('dialog .hit');
    return this.page.evaluate(() => [...document.querySelectorAll('dialog .hit .text')].map(({textContent}) => textContent));
  }

  messages() {
    return this.page.evaluate(shown);
  }

  isPointedInView(text) {
    return this.page.evaluate(isPointedInView, text);
  }

  hasNo(selector) {
    return until(() => this.page.evaluate((selector) => document.querySelector(selector) === null, selector), `no ${selector}`);
  }
}
