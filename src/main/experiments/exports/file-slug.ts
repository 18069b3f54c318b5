/** A name as the stem of a file's name. */
export function fileSlug(name: string): string {
  const words = name.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.join('-').slice(0, 60) || 'experiment';
}
