import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  KernelMemory,
  Scratch,
  type Block,
  type SharedMemory
} from '../../src/main/kernels/kernel-memory.ts';

/** A memory that grows as WebAssembly's does, and is counted in pages. */
function memoryOf(pages: number): SharedMemory & { readonly pages: () => number } {
  let held = pages;
  return {
    get buffer() {
      return new SharedArrayBuffer(held * 65536);
    },
    grow(more) {
      held += more;
      return held - more;
    },
    pages: () => held
  };
}

test('blocks never overlap, lie inside of the memory, and are used again', () => {
  const steps = fc.array(fc.oneof(fc.integer({ min: 1, max: 90_000 }), fc.constant(-1)), { maxLength: 60 });
  fc.assert(
    fc.property(steps, fc.nat(), (sizes, seed) => {
      const shared = memoryOf(1);
      const memory = new KernelMemory(shared, 100);
      const held: { block: Block; bytes: number }[] = [];
      for (const bytes of sizes) {
        if (bytes > 0) held.push({ block: memory.allocate(bytes), bytes });
        else if (held.length > 0) memory.release(held.splice(seed % held.length, 1)[0]!.block);
      }
      const sorted = held.toSorted((one, two) => one.block.address - two.block.address);
      sorted.forEach(({ block, bytes }, i) => {
        expect(block.address).toBeGreaterThanOrEqual(100);
        expect(block.address % 64).toBe(0);
        expect(block.bytes).toBeGreaterThanOrEqual(bytes);
        const next = sorted[i + 1]?.block.address ?? shared.pages() * 65536;
        expect(block.address + block.bytes).toBeLessThanOrEqual(next);
      });
      for (const { block } of held) memory.release(block);
      // All is free again, so that it can be had in one piece.
      const pages = shared.pages();
      memory.allocate(pages * 65536 - 128);
      expect(shared.pages()).toBe(pages);
    })
  );
});

test('scratch areas are apart, and the block grows only where it must', () => {
  const shared = memoryOf(1);
  const memory = new KernelMemory(shared, 0);
  const scratch = new Scratch(memory);
  const [first = 0, second = 0] = scratch.areas(100, 50);
  expect(second - first).toBe(128);
  expect(scratch.areas(10, 10)[0]).toBe(first);
  scratch.areas(100_000);
  expect(shared.pages()).toBe(2);
});
