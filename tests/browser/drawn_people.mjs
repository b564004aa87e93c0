// Drawn people in front of pages' cameras, for the pictures of the documents.

import {until} from './support.mjs';

// Runs in a page: gives it `drawnCamera(number, scale)`, the track of a camera in front of a drawn person, each number another one.
export function drawPeople() {
  window.drawnCamera = (number, scale = 1) => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [320 * scale, 180 * scale];
    const pen = canvas.getContext('2d');
    pen.scale(scale, scale);
    const fill = (colour, draw) => {
      pen.fillStyle = colour;
      pen.beginPath();
      draw();
      pen.fill();
    };
    const hue = (number * 67) % 360;
    const skin = ['#f2c9a4', '#8d5a3b', '#d9a074', '#5f3a26', '#eec39a', '#b97a50'][number % 6];
    const hair = ['#2b211c', '#6d4526', '#15120f', '#b98a4b', '#7b7a78'][number % 5];
    const draw = () => {
      const sway = 3 * Math.sin(performance.now() / 900 + number);
      const wall = pen.createLinearGradient(0, 0, 320, 180);
      wall.addColorStop(0, `hsl(${hue} 32% 74%)`);
      wall.addColorStop(1, `hsl(${hue} 28% 52%)`);
      pen.fillStyle = wall;
      pen.fillRect(0, 0, 320, 180);
      // A window or a shelf behind them.
      const left = number % 2 === 0 ? 22 : 236;
      fill(number % 3 === 0 ? '#e9f3f7' : `hsl(${hue} 25% 40%)`, () => pen.rect(left, 18, 62, 78));
      fill(`hsl(${hue} 30% 66%)`, () => pen.rect(left, 54, 62, 5));
      const x = 160 + sway;
      fill(`hsl(${(hue + 150) % 360} 38% 36%)`, () => pen.ellipse(x, 196, 78, 62, 0, 0, 7));
      fill(hair, () => pen.ellipse(x, 84, 41, number % 2 === 0 ? 46 : 60, 0, 0, 7));
      fill(skin, () => pen.rect(x - 13, 112, 26, 30));
      fill(skin, () => pen.ellipse(x, 92, 33, 40, 0, 0, 7));
      fill(hair, () => pen.ellipse(x, 60, 34, 17, 0, 0, 7));
      for (const side of [-13, 13]) fill('#241a15', () => pen.arc(x + side, 90, 3.2, 0, 7));
      pen.lineWidth = 2.5;
      pen.strokeStyle = '#7a3b32';
      pen.beginPath();
      pen.arc(x, 102, 13, 0.4, Math.PI - 0.4);
      pen.stroke();
    };
    setInterval(draw, 200);
    return canvas.captureStream(5).getVideoTracks()[0];
  };
}

// Runs in a page before its own code: its camera is a drawn one.
function useDrawnCamera([number, scale]) {
  // An empty page has none.
  if (!navigator.mediaDevices) return;
  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wanted) =>
    (wanted.video ? new MediaStream([window.drawnCamera(number, scale)]) : open(wanted));
}

// From now on the cameras that `pages` (a page, or a context with all of its pages) opens are in front of that person.
export async function drawCamera(pages, number, scale = 1) {
  await pages.addInitScript(drawPeople);
  await pages.addInitScript(useDrawnCamera, [number, scale]);
}

// Resolves when so many pictures are on the page, and all of them move.
export function allMove(page, count) {
  return until(() => page.evaluate((count) => {
    const videos = [...document.querySelectorAll('.tile video')];
    return videos.length === count && videos.every(({videoWidth, currentTime}) => videoWidth > 0 && currentTime > 0);
  }, count), `${count} pictures`);
}
