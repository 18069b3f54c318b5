/**
 * A document in which what stands between `<!-- NAME: made by MAKER -->` and `<!-- end of NAME -->` is made anew.
 * @throws Error where a section has no place
 */
export function withSections(
  text: string,
  sections: Readonly<Record<string, string>>,
  maker = 'npm run docs'
): string {
  return Object.entries(sections).reduce((all, [name, section]) => {
    const start = `<!-- ${name}: made by ${maker} -->`;
    const end = `<!-- end of ${name} -->`;
    const from = all.indexOf(start);
    const to = all.indexOf(end);
    if (from < 0 || to < from) throw new Error(`There is no place for the section ${name}.`);
    return `${all.slice(0, from + start.length)}\n\n${section}\n\n${all.slice(to)}`;
  }, text);
}
