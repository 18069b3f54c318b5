import type { SensitivityDetails, SensitivitySubject } from '../../../contract/index.ts';
import { formatCount } from '../../components/format/index.ts';
import type { Column } from '../../components/table-column.ts';
import type { UnitRow } from '../../figures/sensitivity-map.ts';
import { sensitivityQuantities, type SensitivityQuantity } from '../../figures/sensitivity-map.ts';

type Float = NonNullable<SensitivityDetails['float']>;

/** The units of a subject as a table: how large they are, and a quantity at each width. */
export function unitColumns(
  subject: SensitivitySubject,
  bits: readonly number[],
  quantity: SensitivityQuantity,
  float: Float
): Column<UnitRow>[] {
  const { title, unit, digits, of } = sensitivityQuantities[quantity];
  const valueAt = (row: UnitRow, width: number) => {
    const measure = row.at.get(width);
    return measure === undefined ? null : of(measure, float);
  };
  return [
    {
      key: 'name',
      title: subject === 'weights' ? 'Layer' : 'Tensor',
      text: (row) => row.unit.name,
      sort: (row) => row.index
    },
    {
      key: 'values',
      title: subject === 'weights' ? 'Weights' : 'Activations',
      align: 'number',
      hint: subject === 'weights' ? 'How many weights the layer has' : 'How many values one sample has',
      text: (row) => formatCount(row.unit.values),
      sort: (row) => row.unit.values
    },
    {
      key: 'macs',
      title: 'MACs',
      unit: 'M',
      align: 'number',
      minor: true,
      hint: 'Multiply-accumulates for one sample, in millions, of the layer or of the layers that are fed',
      text: (row) => (row.unit.macs / 1e6).toFixed(3),
      sort: (row) => row.unit.macs
    },
    ...bits.map((width): Column<UnitRow> => ({
      key: `bits-${width}`,
      title: `${width} bits`,
      align: 'number',
      hint: `${title} at ${width} bits, in ${unit}`,
      text: (row) => valueAt(row, width)?.toFixed(digits).replace('-', '−') ?? '–',
      sort: (row) => valueAt(row, width)
    }))
  ];
}
