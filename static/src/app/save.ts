// Gives a file to the browser, which saves it under its name.

import type { SharedFile } from '@/protocol';

export function save({ name }: SharedFile, url: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
}
