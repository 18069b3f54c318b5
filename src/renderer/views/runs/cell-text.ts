import type { MeanOfRuns, RunCell, RunColumnInfo } from '../../../contract/index.ts';
import {
  formatCount,
  formatMoment,
  intervalNumbers,
  percentNumber,
  significantNumber
} from '../../components/format/index.ts';
import { percentDigits } from '../../figures/percent.ts';
import { isShare, type MeanPart } from './run-grid-columns.ts';

const nothing = '–';

/**
 * A cell of a run as text.
 * @param samples that the run was evaluated on, which tell how many decimals a share deserves
 */
export function cellText(info: RunColumnInfo, cell: RunCell, samples: number): string {
  if (cell === null) return nothing;
  if (Array.isArray(cell)) {
    if (info.type === 'interval') {
      const [low, high] = cell as number[];
      return intervalNumbers({ low: low!, high: high! }, percentDigits(samples));
    }
    return cell.join(', ');
  }
  if (typeof cell === 'boolean') return cell ? 'yes' : 'no';
  if (typeof cell === 'string') return info.type === 'time' ? formatMoment(cell) : cell;
  if (info.kind === 'metric' && isShare(info)) return percentNumber(cell, percentDigits(samples));
  if (info.name === 'duration') return cell.toFixed(2);
  if (info.name === 'seed' || info.kind === 'setting') return String(cell);
  return info.kind === 'metric' ? significantNumber(cell) : formatCount(cell);
}

/** Part of a mean as text. A share of repeats deserves a decimal more than one run's. */
export function meanText(info: RunColumnInfo, mean: MeanOfRuns | null, part: MeanPart): string {
  if (mean === null) return nothing;
  if (part === 'n') return String(mean.n);
  const number = (value: number) => (isShare(info) ? percentNumber(value, 2) : significantNumber(value));
  if (part === 'mean') return number(mean.mean);
  if (part === 'deviation') return mean.deviation === null ? nothing : number(mean.deviation);
  return mean.low === null || mean.high === null ? nothing : `${number(mean.low)}–${number(mean.high)}`;
}
