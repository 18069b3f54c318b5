import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { tableCsv } from '../../src/renderer/figures/figure-table.ts';
import { darkTheme, lightTheme } from '../../src/renderer/figures/figure-theme.ts';
import type { Figure } from '../../src/renderer/figures/figure.ts';
import { states } from '../../src/renderer/gallery/gallery-entry.ts';
import { gallery } from '../../src/renderer/gallery/gallery.ts';

const figures = join(import.meta.dirname, '../../src/renderer/figures');

/** Names of the functions that a file exports and that return a figure. */
function figureFunctions(source: string): string[] {
  return source
    .split(/^export function /m)
    .slice(1)
    .filter((text) => /\)(?:: ([^\n]+)) \{\n/.exec(text)?.[1] === 'Figure')
    .map((text) => /^\w+/.exec(text)![0]);
}

/** Ten digits are more than a picture shows, and fewer than mathematics libraries agree on. */
const rounded = (_key: string, value: unknown): unknown =>
  typeof value === 'number' ? Number(value.toPrecision(10)) : value;
const specification = (figure: Figure): string => `${JSON.stringify(figure, rounded, 1)}\n`;

test('functions that return figures are found by how they are declared', () => {
  const source = `export function a(
  runs: readonly Run[],
  pick: (run: Run) => number
): Figure {\n  return x;\n}\nexport function b(theme: FigureTheme): FigureTable {\n}
export function c(theme: FigureTheme): Figure {\n}\nfunction d(): Figure {\n}\n`;
  expect(figureFunctions(source)).toEqual(['a', 'c']);
});

test('the gallery shows every figure that there is, and none that is not', () => {
  const files = readdirSync(figures).filter((name) => name.endsWith('.ts'));
  const found = files.flatMap((name) => figureFunctions(readFileSync(join(figures, name), 'utf8')));
  expect(found.length).toBeGreaterThan(10);
  const missing = found.filter((name) => !Object.hasOwn(gallery, name));
  expect(missing, 'give each an entry in a file of src/renderer/gallery/examples').toEqual([]);
  expect(Object.keys(gallery).toSorted()).toEqual(found.toSorted());
});

describe.each(Object.entries(gallery))('%s', (name, entry) => {
  test('is drawn as it was', async () => {
    const drawn = states.map((state) => {
      const draw = entry[state];
      return `// ${state}\n${draw === null ? 'null\n' : specification(draw(lightTheme))}`;
    });
    await expect(drawn.join('')).toMatchFileSnapshot(`snapshots/${name}.txt`);
  });

  test('differs between the themes in colours only', () => {
    const withoutColours = (figure: Figure) =>
      specification(figure).replace(/#[0-9a-f]{6}|rgba?\([^)]*\)/gi, '#');
    for (const state of states) {
      const draw = entry[state];
      if (draw === null) continue;
      expect(withoutColours(draw(darkTheme))).toBe(withoutColours(draw(lightTheme)));
      expect(specification(draw(darkTheme))).not.toBe(specification(draw(lightTheme)));
    }
  });

  test('has a name, words for those who do not see it, numbers, and nothing that cannot be drawn', () => {
    for (const state of states) {
      const figure = entry[state]?.(lightTheme);
      if (figure === undefined) continue;
      expect(figure.name.trim()).not.toBe('');
      expect(figure.description).toMatch(/\w.*[.]$/s);
      const text = JSON.stringify(figure, (_key, value: unknown) =>
        typeof value === 'number' && !Number.isFinite(value) ? `not finite: ${value}` : value
      );
      expect(text).not.toMatch(/not finite|NaN|Infinity|undefined|null%|null per/);
      expect(figure.heightPixels).toBeGreaterThan(60);
      expect(tableCsv(figure.table).split('\r\n')[0]!.length).toBeGreaterThan(3);
      for (const row of figure.table.rows) expect(row).toHaveLength(figure.table.columns.length);
    }
  });
});
