// Runs in the page: where the letters of an element are, which may stand out of its box.
export function inked(element) {
  const range = document.createRange();
  range.selectNodeContents(element);
  const {left, right} = range.getBoundingClientRect();
  return {left, right};
}
