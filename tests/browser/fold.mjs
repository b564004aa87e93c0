// What a phone shows of the first screen.

// Runs in the page: what lies out of sight, or under the buttons to join, while it has the keyboard; and whether these buttons are
// below the edge of the window.
export function outOfSight() {
  const ways = document.querySelector('.form .ways');
  const found = [];
  for (const each of document.querySelectorAll('.form :is(input, button, a)')) {
    each.focus();
    if (document.activeElement !== each) continue;
    const {top, bottom} = each.getBoundingClientRect();
    const isBefore = !ways.contains(each) && Boolean(each.compareDocumentPosition(ways) & Node.DOCUMENT_POSITION_FOLLOWING);
    const edge = isBefore ? ways.getBoundingClientRect().top : window.innerHeight;
    if (top < -0.5 || bottom > edge + 0.5) found.push(`${each.id || each.className}: from ${top} to ${bottom}, beyond ${edge}`);
  }
  document.activeElement.blur();
  window.scrollTo(0, 0);
  const {bottom} = document.querySelector('.enter').getBoundingClientRect();
  if (bottom > window.innerHeight) found.push(`the button to join ends at ${bottom}`);
  return found;
}
