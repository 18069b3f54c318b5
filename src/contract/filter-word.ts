/** A text as a filter has it: in quotes where it could be read as something else. */
export function filterWord(text: string): string {
  const isPlain = /^[^\s()!=<>~"'[\]]+$/.test(text) && !/^(and|or|not|null|true|false)$/i.test(text);
  return isPlain ? text : `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
