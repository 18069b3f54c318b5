import { describe, expect, test } from 'vitest';
import { accuracyFigure } from '../../src/main/experiments/accuracy-figure.ts';
import type { AccuracySeries } from '../../src/main/experiments/accuracy-figure.ts';

const point = (bits: number, value: number) => ({ bits, value, low: value - 0.02, high: value + 0.02 });
const series: AccuracySeries[] = [
  { name: 'cross-entropy', baseline: 0.9155, points: [point(8, 0.91), point(4, 0.84), point(2, 0.15)] },
  { name: 'mse', baseline: 0.9225, points: [point(2, 0.1), point(4, 0.69), point(8, 0.92)] }
];

/** All numbers of an attribute that follow a pattern in the figure. */
const numbers = (svg: string, pattern: RegExp) => [...svg.matchAll(pattern)].map((match) => Number(match[1]));

describe('the figure of accuracy against bits', () => {
  const svg = accuracyFigure('Which loss?', series);

  test('has its axes labelled, with text as text', () => {
    for (const text of [
      'Top-1 accuracy (%)',
      'Bits of weights and activations',
      'Which loss?',
      'mse',
      'float'
    ])
      expect(svg).toContain(`>${text}</text>`);
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/);
  });

  test('has a marker and a whisker for each point, and a dashed line for each baseline', () => {
    expect(svg.match(/\)" fill="#ffffff"\/>/g)).toHaveLength(6);
    expect(svg.match(/V[\d.]+m-3 0h6M/g)).toHaveLength(6);
    expect(svg.match(/stroke-dasharray="5 4" stroke-width="1"/g)).toHaveLength(2);
  });

  test('draws 0.84 where the axis says 84, between its ticks', () => {
    // Ticks from 0 to 100 percent, from the bottom to the top of the plot.
    const [from, to] = [
      numbers(svg, /V([\d.]+)H616" fill="none" stroke="#555555"/g),
      numbers(svg, /M64 ([\d.]+)V/g)
    ];
    expect([from[0], to[0]]).toEqual([428, 60]);
    const marker = numbers(svg, /translate\([\d.]+ ([\d.]+)\)" fill="#ffffff"\/>/g);
    expect(marker[1]).toBeCloseTo(60 + (428 - 60) * (1 - 0.84), 1);
  });

  test('orders points by bits, whatever their order was', () => {
    const lines = [...svg.matchAll(/<path d="(M[^"]*L[^"]*L[^"]*)"\/>/g)].map((match) => match[1]!);
    expect(lines).toHaveLength(2);
    for (const line of lines) {
      const xs = numbers(line, /[ML]([\d.]+) /g);
      expect(xs).toEqual([...xs].sort((a, b) => a - b));
    }
  });

  test('breaks a long legend into lines, and makes room for them', () => {
    const long = accuracyFigure(
      'many',
      Array.from({ length: 7 }, (_, i) => ({
        ...series[0]!,
        name: `a network with a long name, number ${i}`
      }))
    );
    const lines = numbers(long, /<text x="90" y="([\d.]+)"/g);
    expect(lines.length).toBeGreaterThan(3);
    expect(numbers(long, /M64 ([\d.]+)V/g)[0]).toBeGreaterThan(Math.max(...lines));
    for (const match of long.matchAll(/<text x="([\d.]+)" y="[\d.]+" >(a network[^<]*)</g))
      expect(Number(match[1]) + match[2]!.length * 6).toBeLessThan(640);
  });

  test('keeps text from being anything else', () => {
    const hostile = accuracyFigure('a & b <script>"\u0000</title>', [
      { name: '<x>', baseline: null, points: [] }
    ]);
    for (const trouble of ['<script', '<x>', '\u0000']) expect(hostile).not.toContain(trouble);
    expect(hostile).toContain('a &amp; b &lt;script&gt;&quot;&lt;/title&gt;');
    expect(hostile).not.toContain('NaN');
  });

  test('has the size on paper that was asked for, and letters of that size', () => {
    const svg = accuracyFigure('Which loss?', series, { widthMm: 84, heightMm: 63, fontPt: 8 });
    const [, width, height] = /viewBox="0 0 (\d+) (\d+)" width="84mm" height="63mm"/.exec(svg)!;
    // 12 of the drawing's units are 8 points.
    expect((12 * 84 * 72) / 25.4 / Number(width)).toBeCloseTo(8, 1);
    expect((12 * 63 * 72) / 25.4 / Number(height)).toBeCloseTo(8, 1);
    for (const [, x] of svg.matchAll(/<text x="([\d.]+)"/g)) expect(Number(x)).toBeLessThan(Number(width));
  });

  test('draws equal values without dividing by nothing', () => {
    const flat = accuracyFigure('flat', [
      { name: 'a', baseline: 0.5, points: [{ bits: 4, value: 0.5, low: 0.5, high: 0.5 }] }
    ]);
    expect(flat).not.toMatch(/NaN|Infinity/);
  });
});
