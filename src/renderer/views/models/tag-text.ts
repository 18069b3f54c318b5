/** Tags as a person writes them, one on a line: `loss=mse`. */
export function tagLines(tags: Readonly<Record<string, string>>): string {
  return Object.entries(tags)
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`))
    .join('\n');
}

/** Reads such lines; of two tags of the same name the last counts. Lines without a name are left out. */
export function parseTagLines(text: string): Record<string, string> {
  const pairs = text.split('\n').flatMap((line) => {
    const [name = '', ...rest] = line.split('=');
    return name.trim() === '' ? [] : [[name.trim(), rest.join('=').trim()] as const];
  });
  return Object.fromEntries(pairs);
}
