/** Class names as they are typed or pasted: one on a line, or parted by commas; the first is class 0. */
export function parseClassNames(text: string): string[] {
  const parts = text.includes('\n') ? text.split('\n') : text.split(',');
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}
