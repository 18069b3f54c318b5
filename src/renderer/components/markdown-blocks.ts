/** A piece of a line. */
export interface Span {
  readonly kind: 'text' | 'strong' | 'emphasis' | 'code' | 'link';
  readonly text: string;
  /** Address of a link. */
  readonly href?: string;
}

export type Block =
  | { readonly kind: 'heading' | 'paragraph'; readonly spans: readonly Span[] }
  | { readonly kind: 'bullets' | 'numbers'; readonly items: readonly (readonly Span[])[] }
  | { readonly kind: 'code'; readonly text: string };

const spanPattern =
  /`([^`]+)`|\*\*([^*]+)\*\*|\*([^*\s][^*]*)\*|_([^_\s][^_]*)_(?![\p{L}\p{N}])|\[([^\]]+)\]\((https?:\/\/[^\s)]+)\)/gu;

/**
 * The part of Markdown that a question or a note needs: paragraphs, headings, lists, code, strong, emphasis and links to
 * the web. The result is data, never HTML, so that nothing in the text can become markup; what is not understood stays text.
 */
export function markdownBlocks(markdown: string): Block[] {
  const lines = markdown.replaceAll('\r\n', '\n').split('\n');
  const blocks: Block[] = [];
  let at = 0;
  const taken = (pattern: RegExp) => {
    const start = at;
    while (at < lines.length && pattern.test(lines[at]!)) at++;
    return lines.slice(start, at);
  };
  while (at < lines.length) {
    const line = lines[at]!;
    if (line.trim() === '') at++;
    else if (/^```/.test(line)) {
      at++;
      blocks.push({ kind: 'code', text: taken(/^(?!```)/).join('\n') });
      at++;
    } else if (/^#{1,6} /.test(line)) {
      blocks.push({ kind: 'heading', spans: spansOf(line.replace(/^#+ /, '')) });
      at++;
    } else if (/^[-*] /.test(line)) {
      blocks.push({ kind: 'bullets', items: listItems(taken(/^([-*] |\s+\S)/), /^[-*] /) });
    } else if (/^\d+\. /.test(line)) {
      blocks.push({ kind: 'numbers', items: listItems(taken(/^(\d+\. |\s+\S)/), /^\d+\. /) });
    } else {
      const text = taken(/^(?!\s*$|```|#{1,6} |[-*] |\d+\. )/).map((part) => part.trim());
      blocks.push({ kind: 'paragraph', spans: spansOf(text.join(' ')) });
    }
  }
  return blocks;
}

/** The items of a list; a line that does not start with the mark goes on with the item before it. */
function listItems(lines: readonly string[], mark: RegExp): Span[][] {
  const texts: string[] = [];
  for (const line of lines) {
    if (mark.test(line)) texts.push(line.replace(mark, ''));
    else texts[texts.length - 1] += ` ${line.trim()}`;
  }
  return texts.map(spansOf);
}

/** Code, strong, emphasis and links in a line of text. */
function spansOf(line: string): Span[] {
  const spans: Span[] = [];
  let end = 0;
  for (const match of line.matchAll(spanPattern)) {
    const before = line.slice(end, match.index);
    const [whole, code, strong, starred, underscored, label, address] = match;
    if (underscored !== undefined && /[\p{L}\p{N}]$/u.test(before)) continue;
    if (before !== '') spans.push({ kind: 'text', text: before });
    if (code !== undefined) spans.push({ kind: 'code', text: code });
    else if (strong !== undefined) spans.push({ kind: 'strong', text: strong });
    else if (label !== undefined && address !== undefined)
      spans.push({ kind: 'link', text: label, href: address });
    else spans.push({ kind: 'emphasis', text: starred ?? underscored ?? '' });
    end = match.index + whole.length;
  }
  if (end < line.length) spans.push({ kind: 'text', text: line.slice(end) });
  return spans;
}
