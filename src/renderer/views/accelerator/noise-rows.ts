import type { OperatingPoint } from '../../../contract/index.ts';
import type { Column } from '../../components/table-column.ts';

/** One source of noise of a full-scale sum. */
export interface NoiseRow {
  readonly source: string;
  /** Standard deviation, as a share of full scale. */
  readonly deviation: number;
  /** Of the variance of all. */
  readonly share: number;
  readonly grows: string;
}

export function noiseRows({ noise, noiseAtFullScale }: OperatingPoint): NoiseRow[] {
  const row = (source: string, deviation: number, grows: string): NoiseRow => ({
    source,
    deviation,
    share: (deviation / noiseAtFullScale) ** 2,
    grows
  });
  return [
    row('Thermal and dark current', noise.additive, 'not at all'),
    row('Shot', noise.shot, 'as the root of the sum'),
    row('Intensity of the laser (RIN)', noise.proportional, 'as the sum'),
    row('All', noiseAtFullScale, '')
  ];
}

export const noiseColumns: readonly Column<NoiseRow>[] = [
  { key: 'source', title: 'Noise at full scale', text: ({ source }) => source },
  {
    key: 'deviation',
    title: 'Rms',
    unit: '% of full scale',
    align: 'number',
    text: ({ deviation }) => (deviation * 100).toFixed(4)
  },
  {
    key: 'share',
    title: 'Share of the variance',
    unit: '%',
    align: 'number',
    text: ({ share }) => (share * 100).toFixed(1)
  },
  { key: 'grows', title: 'Grows', text: ({ grows }) => grows }
];
