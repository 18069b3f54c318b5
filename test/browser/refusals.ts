import { expect } from 'vitest';

/** The browser notes each call that the notebook refuses: that they were so many, and nothing else. Forgets them. */
export function expectRefusals(complaints: string[], count: number): void {
  const noted = complaints.splice(0);
  expect(noted).toHaveLength(count);
  for (const complaint of noted) expect(complaint).toMatch(/the server responded with a status of 4\d\d/);
}
