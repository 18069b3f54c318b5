import { accuracyEntries } from './examples/accuracy.ts';
import { comparisonEntries } from './examples/comparison.ts';
import { hardwareEntries } from './examples/hardware.ts';
import { layerEntries } from './examples/layers.ts';
import { sensitivityEntries } from './examples/sensitivity.ts';
import type { GalleryEntry } from './gallery-entry.ts';

/**
 * Every figure with seeded data, by the name of the function that makes it. A new figure gets an entry in a file of examples/:
 * test/figures/gallery.test.ts names the one that is missing and keeps a snapshot of each.
 */
export const gallery: Readonly<Record<string, GalleryEntry>> = {
  ...accuracyEntries,
  ...comparisonEntries,
  ...layerEntries,
  ...sensitivityEntries,
  ...hardwareEntries
};
