import type { LayerResult } from '../../../contract/index.ts';
import type { Column } from '../../components/table-column.ts';
import { acceleratorColumns } from './accelerator-columns.ts';
import { costColumns, integerColumns, nameColumns, outputColumns, weightColumns } from './layer-columns.ts';
import { outputReportColumns, weightReportColumns } from './report-columns.ts';

/** Columns that are looked at together: all of them side by side are wider than a window. */
export interface LayerColumnGroup {
  readonly value: 'weights' | 'outputs' | 'integers' | 'hardware';
  readonly label: string;
  readonly columns: readonly Column<LayerResult>[];
}

/** The groups of which the layers know something; the name of the layer is in each. */
export function layerColumnGroups(layers: readonly LayerResult[]): LayerColumnGroup[] {
  const some = (has: (layer: LayerResult) => boolean) => layers.some(has);
  const isReported = some(({ report }) => report !== undefined);
  const groups: (LayerColumnGroup & { readonly isKnown: boolean })[] = [
    {
      value: 'weights',
      label: 'Weights',
      isKnown: true,
      columns: [
        ...nameColumns,
        ...costColumns,
        ...(some(({ weights }) => weights !== null) ? weightColumns : []),
        ...(isReported ? weightReportColumns : [])
      ]
    },
    {
      value: 'outputs',
      label: 'Outputs',
      isKnown: isReported || some(({ output }) => output !== null),
      columns: [...nameColumns, ...outputColumns, ...(isReported ? outputReportColumns : [])]
    },
    {
      value: 'integers',
      label: 'Integers',
      isKnown: some(({ integers }) => integers !== undefined),
      columns: [nameColumns[0]!, ...integerColumns]
    },
    {
      value: 'hardware',
      label: 'Hardware',
      isKnown: some(({ accelerator }) => accelerator !== undefined),
      columns: [nameColumns[0]!, ...acceleratorColumns]
    }
  ];
  return groups
    .filter(({ isKnown }) => isKnown)
    .map(({ value, label, columns }) => ({ value, label, columns }));
}
