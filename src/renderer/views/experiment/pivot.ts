import type { Run } from '../../../contract/index.ts';
import type { AccuracyData, SeriesPoint } from '../../figures/accuracy-series.ts';

/** A cell of the pivot table: a proportion with its interval. */
export interface PivotCell {
  readonly point: Pick<SeriesPoint, 'value' | 'low' | 'high' | 'standardDeviation'>;
  readonly runs: readonly Run[] | null;
  readonly runId: string;
  readonly count: number;
  /** Whether no other cell of the row has a higher value; never where the row has only one. */
  readonly best: boolean;
}

export interface PivotRow {
  readonly name: string;
  readonly cells: readonly (PivotCell | null)[];
}

/** The numbers of an accuracy figure with levels as rows and series as columns, the float baselines first. */
export function pivotRows(data: AccuracyData): PivotRow[] {
  const baselines = data.series.map((series) => {
    const baseline = data.baselines.find((each) => each.modelIndex === series.modelIndex);
    if (baseline === undefined) return null;
    const point = { ...baseline.top1, standardDeviation: null };
    return { point, runs: null, runId: baseline.runId, count: baseline.top1.count };
  });
  const levels = data.levelNames.map((name, at) => ({
    name,
    cells: data.series.map((series) => {
      const point = series.points[at] ?? null;
      if (point === null) return null;
      return { point, runs: point.runs, runId: point.runs[0]!.id, count: point.runs[0]!.samples };
    })
  }));
  const rows = baselines.some((cell) => cell !== null)
    ? [{ name: 'float', cells: baselines }, ...levels]
    : levels;
  return rows.map(({ name, cells }) => {
    const values = cells.flatMap((cell) => (cell === null ? [] : [cell.point.value]));
    const distinct = new Set(values).size > 1;
    const best = Math.max(...values);
    return {
      name,
      cells: cells.map((cell) =>
        cell === null ? null : { ...cell, best: distinct && cell.point.value === best }
      )
    };
  });
}
