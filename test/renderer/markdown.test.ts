import fc from 'fast-check';
import { expect, test } from 'vitest';
import { markdownBlocks } from '../../src/renderer/components/markdown-blocks.ts';

test('paragraphs, headings, lists and code', () => {
  const text =
    '# Why\nSame network,\nthree losses.\n\n- one\n  goes on\n- two\n1. first\n```\na *b*\n```\nend';
  const spans = (value: string) => [{ kind: 'text', text: value }];
  expect(markdownBlocks(text)).toEqual([
    { kind: 'heading', spans: spans('Why') },
    { kind: 'paragraph', spans: spans('Same network, three losses.') },
    { kind: 'bullets', items: [spans('one goes on'), spans('two')] },
    { kind: 'numbers', items: [spans('first')] },
    { kind: 'code', text: 'a *b*' },
    { kind: 'paragraph', spans: spans('end') }
  ]);
});

test('strong, emphasis, code and links inside a line', () => {
  expect(markdownBlocks('a **b** *c* `d*` [e](https://example.org/f)')).toEqual([
    {
      kind: 'paragraph',
      spans: [
        { kind: 'text', text: 'a ' },
        { kind: 'strong', text: 'b' },
        { kind: 'text', text: ' ' },
        { kind: 'emphasis', text: 'c' },
        { kind: 'text', text: ' ' },
        { kind: 'code', text: 'd*' },
        { kind: 'text', text: ' ' },
        { kind: 'link', text: 'e', href: 'https://example.org/f' }
      ]
    }
  ]);
});

test.each(['<img src=x onerror=alert(1)>', '[x](javascript:alert(1))', '2 * 3 * 4', 'top_1_score'])(
  '%s stays text',
  (text) => expect(markdownBlocks(text)).toEqual([{ kind: 'paragraph', spans: [{ kind: 'text', text }] }])
);

test('no text is lost, and reading always ends', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', ' ', '\n', '*', '_', '`', '#', '-', '1', '.') }),
      (text) => {
        const letters = JSON.stringify(markdownBlocks(text).map((block) => ({ ...block, kind: '' })));
        const count = (source: string) => source.split('a').length - 1;
        expect(count(letters)).toBeGreaterThanOrEqual(count(text));
      }
    )
  );
});
