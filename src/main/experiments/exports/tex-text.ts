const escapes: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '#': '\\#',
  _: '\\_',
  '%': '\\%',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  '"': '\\textquotedbl{}',
  '±': '$\\pm$',
  '−': '$-$',
  '×': '$\\times$',
  '≤': '$\\le$',
  '≥': '$\\ge$',
  '…': '\\dots{}',
  '\u2009': '\\,'
};

/** Text as LaTeX prints it, whatever is in it. Line ends become spaces; control characters go. */
export function texText(text: string): string {
  return text
    .replace(/\s+/g, (space) => (space.includes('\u2009') ? '\u2009' : ' '))
    .replace(/\p{Cc}/gu, '')
    .replace(/[\\{}$&#_%~^<>|"±−×≤≥…\u2009]/g, (character) => escapes[character]!);
}

/** Text within a comment: on one line. */
export function texComment(text: string): string {
  return `% ${text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')}`;
}
