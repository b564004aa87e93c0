// A host at the page, in one browser or the other.

import {until} from './support.mjs';

// Runs in the page: the visible text of all that a selector finds, one string each.
export const textsOf = (selector) => [...document.querySelectorAll(selector)].map((element) => element.innerText.replace(/\s+/g, ' ').trim());

// By what both drivers can do.
export class Host {
  constructor(page, resize) {
    this.page = page;
    this.resize = resize;
  }

  texts(selector) {
    return this.page.evaluate(textsOf, selector);
  }

  sees(selector, text) {
    const fits = (each) => (text instanceof RegExp ? text.test(each) : each.includes(text));
    return until(async () => (await this.texts(selector)).some(fits), `${text} in ${selector}`);
  }

  seesNo(selector) {
    return until(async () => (await this.texts(selector)).length === 0, `no ${selector}`);
  }

  async click(selector) {
    await this.sees(selector, '');
    await this.page.click(selector);
  }

  titled(title) {
    return until(async () => (await this.page.evaluate(() => document.title)) === title, title);
  }

  // Another window gets the keyboard, or this one gets it back.
  setFocused(focused) {
    return this.page.evaluate((focused) => {
      document.hasFocus = () => focused;
      window.dispatchEvent(new Event(focused ? 'focus' : 'blur'));
    }, focused);
  }

  field() {
    return this.page.evaluate(() => ({text: document.querySelector('#composer').value, focused: document.activeElement?.id === 'composer'}));
  }

  async write(text) {
    await this.page.focus('#composer');
    await this.page.keyboard.type(text);
    await this.page.keyboard.press('Enter');
  }
}
