import { Option } from 'commander';
import type { Command } from 'commander';
import { resolve } from 'node:path';
import { MeasurementKind, type MeasurementTable } from '../../../../contract/index.ts';
import { callMethod } from '../../call-method.ts';
import type { Cli } from '../cli.ts';
import { findByName } from '../find-by-name.ts';
import { listing, table } from '../output.ts';

interface AddOptions {
  readonly name?: string;
  readonly kind?: MeasurementKind;
}

/** Rows that are shown of a table; the file has them all. */
const shownRows = 16;

export function addMeasurementCommands(program: Command, cli: () => Cli): void {
  const measurement = program
    .command('measurement')
    .description('tables of measurements that accelerators are computed with');

  measurement
    .command('add')
    .description('import a table: code,value of a converter, value,sigma of noise, or products of codes')
    .argument('<file>', 'CSV')
    .option('--name <name>', 'its name in the notebook; otherwise that of the file')
    .addOption(
      new Option('--kind <kind>', 'what the table holds; otherwise its header tells').choices(
        MeasurementKind.options
      )
    )
    .action(async (file: string, { name, kind }: AddOptions) => {
      const added = await cli().call('measurements.import', {
        source: { path: resolve(file) },
        ...(name === undefined ? {} : { name }),
        ...(kind === undefined ? {} : { kind })
      });
      cli().output.result(
        added,
        () => `Added the measurement ${added.name}: ${added.kind}, ${added.rows} rows.`
      );
    });

  measurement
    .command('list')
    .description('list the measurements')
    .action(async () => {
      const measurements = await cli().call('measurements.list', {});
      cli().output.result(measurements, () =>
        table(
          ['name', 'kind', 'rows', 'columns', 'SHA-256'],
          measurements.map((each) => [each.name, each.kind, each.rows, each.columns, each.hash])
        )
      );
    });

  measurement
    .command('show')
    .description('show a measurement and the first rows of its table')
    .argument('<name>')
    .action(async (name: string) => {
      const details = await cli().withNotebook(async ({ handlers }) => {
        const { id } = findByName('measurement', await callMethod(handlers, 'measurements.list', {}), name);
        return callMethod(handlers, 'measurements.get', { id });
      });
      cli().output.result(details, () =>
        [
          listing([
            ['name', details.name],
            ['file', details.fileName],
            ['SHA-256', details.hash],
            ['kind', details.kind],
            ['rows', details.rows],
            ['columns', details.columns],
            ['runs', details.runCount]
          ]),
          '',
          ...firstRows(details.table)
        ].join('\n')
      );
    });

  measurement
    .command('remove')
    .description('remove a measurement that no run uses')
    .argument('<name>')
    .action(async (name: string) => {
      await cli().withNotebook(async ({ handlers }) => {
        const { id } = findByName('measurement', await callMethod(handlers, 'measurements.list', {}), name);
        await callMethod(handlers, 'measurements.remove', { id });
      });
      cli().output.result({ removed: name }, () => `Removed the measurement ${name}.`);
    });
}

function firstRows(measured: MeasurementTable): string[] {
  if (measured.kind === 'products') {
    const columns = 2 ** measured.weightBits;
    const corner = Math.min(columns, 8);
    const rows = Math.min(2 ** measured.activationBits, shownRows);
    return [
      table(
        ['activation code', ...Array.from({ length: corner }, (_, column) => `weight column ${column}`)],
        Array.from({ length: rows }, (_, row) => [
          row,
          ...measured.values.slice(row * columns, row * columns + corner)
        ])
      ),
      ...(rows * corner < measured.values.length ? ['and so on'] : [])
    ];
  }
  const { values } = measured;
  const head = measured.kind === 'transfer' ? ['code', 'value'] : ['value', 'sigma'];
  const rows = values
    .slice(0, shownRows)
    .map((value, index) =>
      measured.kind === 'transfer' ? [index, value] : [value, measured.sigmas[index] ?? null]
    );
  return [table(head, rows), ...(values.length > shownRows ? ['and so on'] : [])];
}
