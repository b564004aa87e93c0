// Calls that the server forwards: Chromium and Firefox, mute, screens, a restart of the server, and the move of a call from the
// mesh.

import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';

import {startFirefox} from './firefox.mjs';
import {arrived, chromiumPerson, firefoxPerson, receives, states} from './sfu_people.mjs';
import {hum} from './sounds.mjs';
import {restart, startChromium, startServer, temporaryFolder, until} from './support.mjs';

describe('two Chromium and two Firefox on a server that forwards', () => {
  const people = [];
  let server, chromium, firefox;

  before(async () => {
    server = await startServer(temporaryFolder(), {options: ['--media', 'sfu']});
    chromium = await startChromium({devices: 'fps=5,device-count=3'});
    firefox = await startFirefox();
    people.push(await chromiumPerson(chromium, server, 'Ada'), await chromiumPerson(chromium, server, 'Grace'));
    people.push(await firefoxPerson(firefox, server, 'Edsger'), await firefoxPerson(firefox, server, 'Barbara'));
  });

  after(async () => {
    await firefox?.close();
    await chromium?.close();
    await server?.child.stop('SIGKILL');
  });

  test('hear and see each other, each by one connection', async () => {
    for (const {page, name} of people) {
      // What nobody can see is not sent: a Firefox shows one of its windows.
      await page.bringToFront();
      await receives(page, name, 3);
    }
    for (const {page} of people) assert.deepEqual(await page.evaluate(states), ['connected']);
  });

  test('say what fits into a message, and leave room in it', async () => {
    for (const {page} of people) {
      const said = await page.evaluate(() => window.said);
      assert.ok(said.length > 0);
      for (const text of said) assert.ok(text.length < 25 * 1024, text);
    }
  });

  test('a member who turns the microphone off is no longer forwarded', async () => {
    const [ada, grace] = people;
    const hears = async (voices) => {
      let before;
      await until(async () => {
        const now = {at: Date.now(), sums: await grace.page.evaluate(arrived)};
        before ??= now;
        if (now.at - before.at < 1500) return false;
        const growing = Object.keys(now.sums).filter((line) => line.includes('audio') && now.sums[line] > (before.sums[line] ?? 0));
        before = now;
        return growing.length === voices;
      }, `Grace gets ${voices} voices`);
    };
    await hears(3);
    await ada.microphone.click();
    await hears(2);
    await ada.microphone.click();
    await hears(3);
  });

  test('the tile of the speaker is marked in both browsers', async () => {
    const [ada, , edsger] = people;
    await edsger.page.bringToFront();
    for (const [{page, name}, speakers] of [[ada, ['Grace', 'Edsger']], [edsger, ['Grace', 'Barbara']]]) {
      for (const speaker of speakers) {
        await until(() => page.evaluate(
            (who) => [...document.querySelectorAll('.tile.speaking')].some(({innerText}) => innerText.includes(who)), speaker),
        `${name} sees that ${speaker} speaks`);
      }
    }
  });

  // The place of each raised hand, by whose tile it is on.
  const hands = ({page}) => page.evaluate(() => Object.fromEntries([...document.querySelectorAll('.tile')].flatMap((tile) => {
    const place = /hand raised, number (\d+)/.exec(tile.textContent)?.[1];
    return place ? [[tile.querySelector('.name').textContent.trim(), Number(place)]] : [];
  })));

  test('raised hands stand in their order in both browsers', async () => {
    const [ada, grace, edsger] = people;
    const raise = ({page}) => page.evaluate(() => document.querySelector('.act[aria-label="Raise hand"]').click());
    const raised = (by, number, seeing) => Promise.all(seeing.map((person) => until(
        async () => (await hands(person))[by] === number, `${person.name} sees the hand of ${by} as number ${number}`)));
    await edsger.page.bringToFront();
    await raise(ada);
    await raised('Ada', 1, [grace, edsger]);
    await raise(edsger);
    await raised('Edsger', 2, [ada, grace]);
    await raise(ada);
    await raised('Edsger', 1, [ada, grace]);
    await raise(edsger);
    for (const person of [ada, grace]) await until(async () => !('Edsger' in (await hands(person))), 'no hand is raised');
  });

  test('a member who is not heard is told by whom in both browsers, until the voice arrives again', async () => {
    const [ada, grace, edsger, barbara] = people;
    // Behind the page's back, as a fault on the way would.
    const lose = ({page}) => page.evaluate(async () => {
      const connection = window.connections.findLast(({connectionState}) => connectionState === 'connected');
      const sender = connection.getSenders().find(({track}) => track?.kind === 'audio');
      const {track} = sender;
      await sender.replaceTrack(null);
      window.giveBack = () => sender.replaceTrack(track);
    });
    const told = ({page}) => page.evaluate(() => /These people cannot hear you: (.*)/.exec(document.querySelector('.banners')?.textContent ?? '')?.[1] ?? '');
    for (const [speaker, listeners] of [[ada, [grace, edsger]], [edsger, [ada, barbara]]]) {
      await speaker.page.bringToFront();
      await lose(speaker);
      await until(async () => {
        const text = await told(speaker);
        return listeners.every(({name}) => text.includes(name));
      }, `${speaker.name} is told by whom`);
      await speaker.page.evaluate(() => window.giveBack());
      await until(async () => (await told(speaker)) === '', `${speaker.name} is heard again`);
    }
    for (const listener of [grace, barbara]) assert.equal(await told(listener), '');
  });

  test('a member who loses the connection to the server keeps the media, and takes them over', async () => {
    const [ada, grace] = people;
    const ready = () => ada.page.evaluate(() => window.said.filter((text) => text.includes('"offer"')).length);
    const before = await ready();
    // The first screen asked for news of the room by sockets that are closed by now.
    await ada.page.evaluate(() => window.sockets.findLast(({readyState}) => readyState === WebSocket.OPEN).close());
    await until(async () => (await ready()) > before, 'another offer');
    await grace.tile('Ada').locator('video').waitFor();
    for (const {page, name} of [ada, grace]) await receives(page, name, 3);
    assert.deepEqual(await ada.page.evaluate(() => window.connections.map(({connectionState}) => connectionState)), ['connected']);
  });

  test('a shared screen is shown large in both browsers, with its sound', async () => {
    const [ada, , edsger] = people;
    await edsger.page.bringToFront();
    await ada.controls.getByRole('button', {name: 'Share screen'}).click();
    for (const {page, name} of people.slice(1, 3)) {
      await until(() => page.evaluate(() => {
        const {videoWidth = 0, currentTime = 0} = document.querySelector('.tile.screen.large video') ?? {};
        const sounds = [...document.querySelectorAll('audio:not(.voice)')].filter(({muted}) => !muted);
        return videoWidth > 320 && currentTime > 0 && sounds.length === 1;
      }), `${name} sees the screen`);
    }
    await ada.controls.getByRole('button', {name: 'Stop sharing'}).click();
    for (const {page, name} of people.slice(1, 3)) {
      await until(() => page.evaluate(() => !document.querySelector('.tile.screen')), `${name} sees the screen go`);
    }
  });

  test('a camera goes off, and comes back', async () => {
    const [ada, grace, edsger] = people;
    // Nothing where she has no tile.
    const picture = ({page}) => page.evaluate(() => {
      const tile = [...document.querySelectorAll('.tile')].find((each) => each.innerText.includes('Ada'));
      return tile && (tile.querySelector('video')?.currentTime ?? 0);
    });
    await ada.camera.click();
    for (const person of [grace, edsger]) await until(async () => (await picture(person)) === 0, `${person.name} sees Ada without a picture`);
    await ada.camera.click();
    for (const person of [grace, edsger]) await until(async () => (await picture(person)) > 0, `${person.name} sees Ada`);
  });

  test('another microphone and camera take over in both browsers, also where the microphone was off', async () => {
    const [ada, , edsger, barbara] = people;
    for (const [{page, name}, others] of [[ada, [barbara]], [edsger, [ada, barbara]]]) {
      await page.bringToFront();
      const press = (label) => page.evaluate((text) => document.querySelector(`.act[aria-label="${text}"], .icon-button[aria-label="${text}"]`).click(), label);
      // Nothing while the connection is interrupted, as on a busy machine.
      const sent = (kind) => page.evaluate((wanted) => {
        const connection = window.connections.findLast(({connectionState}) => connectionState === 'connected');
        return connection?.getSenders().map(({track}) => track).filter((track) => track?.kind === wanted && track.enabled).map(({id}) => id).join();
      }, kind);
      const before = {audio: await until(() => sent('audio')), video: await until(() => sent('video'))};
      await press('Microphone');
      await until(async () => (await sent('audio')) === '', `the microphone of ${name} is off`);
      await press('Settings');
      for (const kind of ['microphone', 'camera']) {
        // The dialog opens before the browser has named its devices.
        await until(() => page.evaluate((selector) => {
          const picker = document.querySelector(selector);
          if (!picker || picker.options.length < 2) return false;
          picker.selectedIndex = picker.options.length - 1;
          picker.dispatchEvent(new Event('change'));
          return true;
        }, `#pick-${kind}`), `a choice for ${kind}`);
      }
      await page.keyboard.press('Escape');
      await press('Microphone');
      for (const kind of ['audio', 'video']) {
        await until(async () => ![before[kind], '', undefined, null].includes(await sent(kind)), `another ${kind} of ${name}`);
      }
      for (const other of others) {
        await other.page.bringToFront();
        await receives(other.page, other.name, 3);
      }
    }
    for (const {page} of people) assert.deepEqual(await page.evaluate(states), ['connected']);
  });

  test('the connection is said to be through the server', async () => {
    const [ada, , edsger] = people;
    await ada.tile('Grace').hover();
    await ada.tile('Grace').locator('.quality summary').click();
    await ada.tile('Grace').getByText('Connected through the server').waitFor();
    await edsger.page.bringToFront();
    for (const {page, name} of [ada, edsger]) {
      await until(() => page.evaluate(() => ['Grace', 'Barbara'].every((who) => {
        const tile = [...document.querySelectorAll('.tile')].find(({innerText}) => innerText.includes(who));
        const {className = '', textContent = ''} = tile?.querySelector('.quality') ?? {};
        return /good|fair|poor/.test(className) && textContent.includes('Connected through the server') && /\d frames/.test(textContent);
      })), `${name} sees how well both connections work`);
    }
  });

  test('the media return by themselves after a restart of the server, and a pinned tile stays pinned', async () => {
    const [ada] = people;
    await ada.tile('Grace').getByRole('button', {name: 'Pin Grace'}).click();
    server = await restart(server);
    for (const {page, name} of people) {
      await page.bringToFront();
      await receives(page, name, 3);
      await until(async () => (await page.evaluate(states)).join() === 'connected', `one connection of ${name}`);
    }
    await ada.page.locator('.tile.large', {hasText: 'Grace'}).locator('video').waitFor();
  });

  test('no page had a fault', () => {
    assert.deepEqual(people.flatMap(({faults}) => faults), []);
  });
});

// Runs in a page: measures from now on how long nothing at all is heard, whatever it comes from. The sound itself is looked
// at, so that a busy machine that looks late misses nothing.
function listen() {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 32_768;
  const heard = new Map();
  const attach = () => {
    for (const audio of document.querySelectorAll('audio.voice')) {
      const {srcObject} = audio;
      if (!srcObject || heard.get(audio) === srcObject) continue;
      heard.set(audio, srcObject);
      const gain = context.createGain();
      const follow = () => (gain.gain.value = audio.muted ? 0 : 1);
      follow();
      audio.addEventListener('volumechange', follow);
      context.createMediaStreamSource(srcObject).connect(gain).connect(analyser);
    }
  };
  new MutationObserver(attach).observe(document.body, {childList: true, subtree: true});
  attach();
  const samples = new Float32Array(analyser.fftSize);
  window.quiet = {longest: 0, since: context.currentTime, now: 0};
  let end = context.currentTime;
  let run = 0;
  setInterval(() => {
    attach();
    analyser.getFloatTimeDomainData(samples);
    const fresh = Math.min(samples.length, Math.round((context.currentTime - end) * context.sampleRate));
    end = context.currentTime;
    for (const sample of samples.subarray(samples.length - fresh)) {
      run = Math.abs(sample) < 0.002 ? run + 1 : 0;
      window.quiet.longest = Math.max(window.quiet.longest, (1000 * run) / context.sampleRate);
    }
    window.quiet.heard = run === 0;
  }, 50);
}

describe('a call that grows', () => {
  const people = [];
  let server, chromium;

  before(async () => {
    server = await startServer(temporaryFolder());
    chromium = await startChromium({devices: 'fps=5', microphone: hum()});
    // Grace alone speaks.
    people.push(await chromiumPerson(chromium, server, 'Ada', {microphone: false}));
    people.push(await chromiumPerson(chromium, server, 'Grace'));
    people.push(await chromiumPerson(chromium, server, 'Edsger', {microphone: false}));
  });

  after(async () => {
    await chromium?.close();
    await server?.child.stop('SIGKILL');
  });

  const longestQuiet = (page) => page.evaluate(() => {
    const {longest} = window.quiet;
    window.quiet.longest = 0;
    return longest;
  });

  test('is a mesh for three', async () => {
    for (const {page} of people) await until(async () => (await page.evaluate(states)).join() === 'connected,connected', 'two connections');
    const [ada] = people;
    await receives(ada.page, 'Ada', 1, {pictures: 2});
    await ada.page.evaluate(listen);
    await until(() => ada.page.evaluate(() => window.quiet.heard), 'Ada hears Grace');
    await longestQuiet(ada.page);
  });

  // Of the machine itself, if it is very busy: before a change and after it.
  const unchanged = async ({page}) => {
    const start = Date.now();
    await until(() => Date.now() - start > 3000, 'a while without a change');
    return longestQuiet(page);
  };

  test('goes over to the server when a fourth comes, and nobody notices', async () => {
    const [ada] = people;
    const before = await unchanged(ada);
    people.push(await chromiumPerson(chromium, server, 'Barbara', {microphone: false}));
    for (const {page, name} of people) {
      await until(async () => (await page.evaluate(states)).join() === 'connected', `one connection of ${name}`);
      if (name !== 'Grace') await receives(page, name, 1, {pictures: 3});
    }
    const quiet = await longestQuiet(ada.page);
    const control = Math.max(before, await unchanged(ada));
    assert.ok(quiet < Math.max(200, 2 * control), `${quiet} ms without sound, ${control} ms without a change`);
  });

  test('goes on without a gap where two lose the connection to the server for a while', async () => {
    const [ada, grace, edsger] = people;
    const lost = [ada, grace];
    const before = await unchanged(ada);
    const sockets = ({page}) => page.evaluate(() => window.sockets.length);
    const offers = ({page}) => page.evaluate(() => window.said.filter((text) => text.includes('"offer"')).length);
    const had = await Promise.all(lost.map(async (person) => ({sockets: await sockets(person), offers: await offers(person)})));
    for (const {page} of lost) {
      await page.evaluate(() => {
        window.keptAway = true;
        window.sockets.findLast(({readyState}) => readyState === WebSocket.OPEN).close();
      });
    }
    for (const [at, person] of lost.entries()) await until(async () => (await sockets(person)) >= had[at].sockets + 2, 'tries in vain');
    for (const {page} of lost) await page.evaluate(() => (window.keptAway = false));
    for (const [at, person] of lost.entries()) await until(async () => (await offers(person)) > had[at].offers, 'another offer');
    for (const {page, name} of [ada, edsger]) await receives(page, name, 1, {pictures: 3});
    for (const {page} of lost) assert.deepEqual(await page.evaluate(states), ['connected']);
    const quiet = await longestQuiet(ada.page);
    const control = Math.max(before, await unchanged(ada));
    assert.ok(quiet < Math.max(200, 2 * control), `${quiet} ms without sound, ${control} ms without a change`);
  });

  test('takes back a member who reloads the page', async () => {
    const [ada, grace] = people;
    await grace.page.reload();
    await grace.enterCall({microphone: true, video: true});
    await ada.tile('Grace').locator('video').waitFor();
    await receives(ada.page, 'Ada', 1, {pictures: 3});
    assert.equal(await ada.page.locator('.tile').count(), 4);
  });

  test('is a mesh again once it has ended', async () => {
    for (const person of people) await person.leaveCall();
    const [ada, grace] = people;
    await ada.join();
    await grace.join();
    await ada.tile('Grace').hover();
    await ada.tile('Grace').locator('.quality summary').click();
    await ada.tile('Grace').getByText('Connected directly').waitFor();
  });

  test('no page had a fault', () => {
    assert.deepEqual(people.flatMap(({faults}) => faults), []);
  });
});
