import type { Export } from '../../../contract/index.ts';
import { saveText } from '../../components/charts/save-file.ts';

/** Hands the files of an export to the downloads, and behind them the record of how they were made. */
export function saveExport({ files, record }: Export): void {
  for (const { fileName, text, mediaType } of files) saveText(fileName, text, mediaType);
  const name = `${files[0]!.fileName}.bitlab.json`;
  saveText(name, `${JSON.stringify(record, null, 2)}\n`, 'application/json');
}
