// How large a file is, as people say it.

const kUnits = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

export function sizeOf(bytes: number, language: string): string {
  let at = 0;
  let size = bytes;
  while (size >= 1000 && at < kUnits.length - 1) {
    size /= 1000;
    at++;
  }
  const unit = kUnits[at] ?? 'byte';
  return new Intl.NumberFormat(language, { style: 'unit', unit, maximumFractionDigits: size < 10 && at > 0 ? 1 : 0 }).format(size);
}
