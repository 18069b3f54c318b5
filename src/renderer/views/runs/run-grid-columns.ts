import type { RunColumnInfo } from '../../../contract/index.ts';
import type { GridColumn } from '../../components/grid-column.ts';
import { metricTitle } from '../../components/format/index.ts';
import { settingName } from '../../figures/setting-names.ts';

/** Columns of a new table, around the settings that its runs vary. */
const identity = ['model', 'arithmetic', 'weights.bits', 'activations.bits'];
const outcome = ['status', 'top1', 'top1.interval'];
const time = ['duration', 'started'];
/** Settings that a new table shows at most, beside the bit widths. */
const mostSettings = 4;

/** Headings that are short enough for narrow columns; the hint says the rest. */
const short: Readonly<Record<string, { readonly title: string; readonly unit?: string }>> = {
  'weights.bits': { title: 'W', unit: 'bits' },
  'activations.bits': { title: 'A', unit: 'bits' }
};

const widths: Readonly<Record<string, number>> = {
  model: 216,
  arithmetic: 104,
  status: 128,
  'top1.interval': 140,
  duration: 112,
  id: 260,
  note: 240,
  tags: 180,
  experiments: 220,
  error: 320,
  hash: 160,
  seed: 72,
  samples: 96,
  'weights.bits': 88,
  'activations.bits': 88
};

/** What columns take where there is room: enough for most of their texts. */
const roomy: Readonly<Record<string, number>> = {
  model: 320,
  arithmetic: 120,
  status: 140,
  id: 320,
  note: 480,
  tags: 280,
  experiments: 360,
  error: 560
};
/** A moment with day and time, and a word of a setting. */
const momentWidth = 160;
const momentRoom = 184;
const settingRoom = 200;

/** What a table shows before someone chooses: identity, accuracy, the settings that differ, and time. */
export function usualColumns(infos: readonly RunColumnInfo[]): string[] {
  const varying = infos
    .filter(({ name, kind, varies }) => kind === 'setting' && varies && !name.startsWith('layers'))
    .map(({ name }) => name)
    .filter((name) => !identity.includes(name));
  return [...identity, ...outcome, ...varying.slice(0, mostSettings), ...time];
}

/** The columns of these names that there are. */
export function named(infos: readonly RunColumnInfo[], names: readonly string[]): RunColumnInfo[] {
  const byName = new Map(infos.map((info) => [info.name, info]));
  return names.flatMap((name) => byName.get(name) ?? []);
}

/** Where each column stands in a row, in which the identifier comes first. */
export function placesOf(names: readonly string[]): ReadonlyMap<string, number> {
  return new Map([...new Set(names)].map((name, index) => [name, index + 1]));
}

export function columnTitle({ name, kind, title }: RunColumnInfo): string {
  if (short[name] !== undefined) return short[name].title;
  if (title !== null) return title;
  return kind === 'metric' ? metricTitle(name) : settingName(name);
}

/** The title in full, with the name that filters use where it is another one. */
export function columnLabel(info: RunColumnInfo): string {
  const title = info.kind === 'setting' ? settingName(info.name) : columnTitle(info);
  return title.toLowerCase() === info.name.toLowerCase() ? title : `${title} (${info.name})`;
}

/** Whether a metric is a share of samples, which is shown in per cent. */
export const isShare = ({ type, unit }: Pick<RunColumnInfo, 'type' | 'unit'>) =>
  (type === 'number' || type === 'interval') && unit === '1';

export function columnUnit(info: RunColumnInfo): string | undefined {
  if (short[info.name] !== undefined) return short[info.name]!.unit;
  return isShare(info) ? '%' : (info.unit ?? undefined);
}

/** A column of single runs. */
export function gridColumn(info: RunColumnInfo): GridColumn {
  const isNumber = info.type === 'number' || info.type === 'interval';
  const title = columnTitle(info);
  const unit = columnUnit(info);
  const isTime = info.type === 'time';
  // Letters, the unit in parentheses, padding and the arrow of the order.
  const heading = Math.ceil((title.length + (unit === undefined ? 0 : unit.length + 3)) * 6.5) + 42;
  const usual = info.type === 'number' ? 88 : isTime ? momentWidth : 136;
  const width = widths[info.name] ?? Math.max(heading, usual);
  return {
    key: info.name,
    title,
    unit,
    hint: info.kind === 'setting' ? `${info.name}: ${info.definition}` : info.definition,
    align: isNumber ? 'number' : 'text',
    width,
    most: Math.max(width, roomy[info.name] ?? (isTime ? momentRoom : isNumber ? 0 : settingRoom)),
    sortable: info.queried
  };
}

const parts = [
  { part: 'mean', title: 'mean', hint: 'Mean over the runs of the group' },
  { part: 'deviation', title: 'SD', hint: 'Sample standard deviation (n − 1) over the runs of the group' },
  { part: 'n', title: 'n', hint: 'Runs of the group that have it' },
  { part: 'interval', title: '95 % interval', hint: 'Of the mean, by Student’s t' }
] as const;

export type MeanPart = (typeof parts)[number]['part'];

/** The columns that tell of a metric of groups. The first is sorted by. */
export function meanColumns(info: RunColumnInfo): GridColumn[] {
  const unit = columnUnit(info);
  return parts.map(({ part, title, hint }) => ({
    key: part === 'mean' ? info.name : `${info.name} ${part}`,
    title: part === 'mean' ? `${columnTitle(info)}, ${title}` : title,
    unit: part === 'n' ? undefined : unit,
    hint: `${columnTitle(info)}: ${hint}`,
    align: 'number',
    width: part === 'mean' ? (columnTitle(info).length + 12) * 7 + 32 : part === 'interval' ? 152 : 92,
    sortable: part === 'mean'
  }));
}

export const runsColumn: GridColumn = {
  key: 'runs',
  title: 'Runs',
  hint: 'Runs of the group',
  align: 'number',
  width: 80,
  sortable: true
};
