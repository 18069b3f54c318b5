/** One column of a figure's numbers. A column with `digits` holds numbers, shown with that many decimals. */
export interface FigureColumn {
  readonly title: string;
  readonly unit?: string;
  readonly digits?: number;
}

export type FigureCell = string | number | null;

/** The numbers of a figure. Missing values are null, never zero. */
export interface FigureTable {
  readonly columns: readonly FigureColumn[];
  readonly rows: readonly (readonly FigureCell[])[];
}

/** The header of a column with its unit: `Top-1 (%)`. */
export function columnHeader(column: FigureColumn): string {
  return column.unit === undefined ? column.title : `${column.title} (${column.unit})`;
}

/** A cell as a table shows it: the column's number of decimals, an en dash for what is missing. */
export function cellText(cell: FigureCell, column: FigureColumn): string {
  if (cell === null) return '–';
  if (typeof cell === 'string' || column.digits === undefined) return String(cell);
  return cell.toFixed(column.digits);
}

/** The table as CSV after RFC 4180, with all digits of the numbers and units in the header. */
export function tableCsv(table: FigureTable): string {
  const lines = [table.columns.map(columnHeader), ...table.rows];
  return lines.map((cells) => cells.map(csvField).join(',') + '\r\n').join('');
}

function csvField(cell: FigureCell): string {
  if (cell === null) return '';
  const text = typeof cell === 'number' ? String(Number(cell.toPrecision(12))) : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
