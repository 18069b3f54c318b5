import { BitlabError } from '../../../contract/index.ts';

/** A whole number given to an option. @throws BitlabError USAGE */
export function wholeNumber(option: string, text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new BitlabError('USAGE', { reason: `${option} is ${text}, and must be a whole number` });
}

/** Whole numbers separated by commas, and ranges such as `8-2`. @throws BitlabError USAGE */
export function wholeNumbers(option: string, text: string): number[] {
  return text.split(',').flatMap((part) => {
    const range = /^(\d+)-(\d+)$/.exec(part.trim());
    if (range === null) return [wholeNumber(option, part.trim())];
    const [from, to] = [Number(range[1]), Number(range[2])];
    const step = from <= to ? 1 : -1;
    if (Math.abs(to - from) > 1000)
      throw new BitlabError('USAGE', { reason: `${option} is too long a range` });
    return Array.from({ length: Math.abs(to - from) + 1 }, (_, index) => from + step * index);
  });
}

/** Positive numbers separated by commas. @throws BitlabError USAGE */
export function positiveNumbers(option: string, text: string): number[] {
  return text.split(',').map((part) => {
    const value = Number(part);
    if (part.trim() !== '' && Number.isFinite(value) && value > 0) return value;
    throw new BitlabError('USAGE', { reason: `${option} is ${text}, and must be numbers above 0` });
  });
}

/** `all`, or a whole number. @throws BitlabError USAGE */
export function sampleCount(option: string, text: string): number | 'all' {
  return text === 'all' ? 'all' : wholeNumber(option, text);
}
