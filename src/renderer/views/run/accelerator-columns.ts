import type { LayerResult } from '../../../contract/index.ts';
import type { Column } from '../../components/table-column.ts';

const number = (value: number | null | undefined, digits: number) =>
  value === null || value === undefined ? '–' : value.toFixed(digits).replace('-', '−');
const percent = (share: number | null | undefined, digits: number) =>
  number(share === null || share === undefined ? null : 100 * share, digits);

/** How the layers of a run lay on an accelerator. */
export const acceleratorColumns: readonly Column<LayerResult>[] = [
  {
    key: 'tiles',
    title: 'Tiles',
    align: 'number',
    hint: 'Sums of N products that make up one of the layer’s',
    text: ({ accelerator }) => number(accelerator?.tiles, 0),
    sort: ({ accelerator }) => accelerator?.tiles ?? null
  },
  {
    key: 'passes',
    title: 'Passes',
    align: 'number',
    hint: 'Uses of the hardware for each tile: pairs of slices, and rails with a converter each',
    text: ({ accelerator }) => number(accelerator?.passes, 0),
    sort: ({ accelerator }) => accelerator?.passes ?? null
  },
  {
    key: 'utilization',
    title: 'Utilization',
    unit: '%',
    align: 'number',
    hint: 'Products of the reduction for each place of its tiles',
    text: ({ accelerator }) => percent(accelerator?.utilization, 1),
    sort: ({ accelerator }) => accelerator?.utilization ?? null
  },
  {
    key: 'adcRange',
    title: 'ADC range',
    unit: '% of full scale',
    align: 'number',
    hint: 'Ends of the analog-to-digital converter; an ideal one has none',
    text: ({ accelerator }) =>
      accelerator === undefined || accelerator.adcLow === null
        ? '–'
        : `${percent(accelerator.adcLow, 2)} to ${percent(accelerator.adcHigh, 2)}`,
    sort: ({ accelerator }) => accelerator?.adcHigh ?? null
  },
  {
    key: 'adcClipped',
    title: 'Sums clipped',
    unit: '%',
    align: 'number',
    hint: 'Sums of tiles beyond the outermost level of the converter and half a step',
    text: ({ accelerator }) => percent(accelerator?.clippedShare, 3),
    sort: ({ accelerator }) => accelerator?.clippedShare ?? null
  },
  {
    key: 'hardwareSqnr',
    title: 'Hardware SQNR',
    unit: 'dB',
    align: 'number',
    hint: 'Of the layer’s output on the first samples, against exact integers on the same input; – where nothing is lost',
    text: ({ accelerator }) => number(accelerator?.outputSqnrDb, 1),
    sort: ({ accelerator }) => accelerator?.outputSqnrDb ?? null
  }
];
