import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawSamples } from '../../src/main/numeric/draw-samples.ts';

const labels = Int32Array.from({ length: 1000 }, (_, sample) => (sample < 700 ? 0 : sample < 900 ? 1 : 4));
const countOf = (drawn: Int32Array, label: number) =>
  drawn.filter((sample) => labels[sample] === label).length;

test('stratified, each class has its share', () => {
  const drawn = drawSamples(labels, 100, { seed: 0, stratified: true });
  expect([0, 1, 2, 4].map((label) => countOf(drawn, label))).toEqual([70, 20, 0, 10]);
  const few = drawSamples(labels, 7, { seed: 0, stratified: true });
  // 4.9, 1.4 and 0.7: what is left over goes to the largest remainders.
  expect([0, 1, 4].map((label) => countOf(few, label))).toEqual([5, 1, 1]);
});

test('the same seed draws the same, whatever else is drawn', () => {
  const draw = (count: number, seed: number, stratified: boolean) => [
    ...drawSamples(labels, count, { seed, stratified })
  ];
  expect(draw(5, 0, false)).toEqual([197, 379, 391, 641, 916]);
  expect(draw(50, 3, true)).toEqual(draw(50, 3, true));
  expect(draw(50, 3, true)).not.toEqual(draw(50, 4, true));
  // More samples are those and others.
  expect(draw(60, 3, false)).toEqual(expect.arrayContaining(draw(50, 3, false)));
});

test('so many different samples, in rising order', () => {
  const classes = fc.array(fc.nat(6), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(
      classes,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.nat(),
      fc.boolean(),
      (drawnFrom, share, seed, stratified) => {
        const from = Int32Array.from(drawnFrom);
        const count = Math.floor(share * from.length);
        const drawn = drawSamples(from, count, { seed, stratified });
        expect(drawn).toHaveLength(count);
        for (let i = 1; i < count; i++) expect(drawn[i]!).toBeGreaterThan(drawn[i - 1]!);
        for (const sample of drawn) expect(from[sample]).toBeDefined();
        if (!stratified) return;
        for (const label of new Set(drawnFrom)) {
          const exact = (count * drawnFrom.filter((each) => each === label).length) / from.length;
          expect(Math.abs(drawn.filter((sample) => from[sample] === label).length - exact)).toBeLessThan(1);
        }
      }
    )
  );
  expect(() => drawSamples(labels, 1001, { seed: 0, stratified: true })).toThrow(RangeError);
});
