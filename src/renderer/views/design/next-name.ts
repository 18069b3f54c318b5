/** Another name for an experiment whose name is taken: `Losses` -> `Losses 2` -> `Losses 3`. */
export function nextName(name: string): string {
  const match = /^(.*\S) (\d+)$/.exec(name);
  if (match === null) return `${name.trim()} 2`;
  return `${match[1]} ${Number(match[2]) + 1}`;
}
