// A Firefox with pretended devices, which asks nobody anything.

import {kPatience, packages, temporaryFolder} from './support.mjs';

const puppeteer = packages('puppeteer-core').default ?? packages('puppeteer-core');

// `mouse`: it has one. By itself a Firefox without a window takes its screen for one that is touched. `downloads`: the folder where
// it saves files.
export function startFirefox({mouse = false, downloads} = {}) {
  return puppeteer.launch({
    browser: 'firefox',
    executablePath: '/usr/bin/firefox-esr',
    headless: true,
    acceptInsecureCerts: true,
    userDataDir: temporaryFolder(),
    timeout: kPatience,
    extraPrefsFirefox: {
      'media.navigator.streams.fake': true,
      'media.navigator.permission.disabled': true,
      'media.autoplay.default': 0,
      'media.autoplay.blocking_policy': 0,
      'media.gmp-manager.updateEnabled': false,
      'network.trr.mode': 5,
      'network.captive-portal-service.enabled': false,
      'network.connectivity-service.enabled': false,
      'datareporting.healthreport.uploadEnabled': false,
      'app.update.enabled': false,
      // A processor draws what is shown, and a test needs no smooth motion.
      'layout.frame_rate': 20,
      'intl.accept_languages': 'en-GB, en',
      // Otherwise the list of downloads opens, and has the keyboard.
      'browser.download.alwaysOpenPanel': false,
      ...(downloads ? {'browser.download.folderList': 2, 'browser.download.dir': downloads} : {}),
      ...(mouse ? {'ui.primaryPointerCapabilities': 6} : {}),
    },
  });
}
