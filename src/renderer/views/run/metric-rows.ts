import { describeMetric, metricNames, metricNumber } from '../../figures/metric-descriptions.ts';

/** A metric as a table shows it. */
export interface MetricRow {
  readonly name: string;
  readonly value: string;
  readonly unit: string;
}

/** The metrics of a run in the order and the units in which comparisons have them. */
export function metricRows(metrics: Readonly<Record<string, number>>): MetricRow[] {
  return metricNames([{ metrics }]).map((name) => {
    const { title, unit } = describeMetric(name);
    return { name: title, value: metricNumber(name, metrics[name]), unit };
  });
}
