import { Command } from 'commander';
import { programVersion } from '../program-folder.ts';
import type { Cli } from './cli.ts';
import { addAcceleratorCommands } from './commands/accelerator.ts';
import { addBudgetCommands } from './commands/budget.ts';
import { addConformanceCommand } from './commands/conformance.ts';
import { addDatasetCommands } from './commands/dataset.ts';
import { addDemoCommand } from './commands/demo.ts';
import { addExperimentCommands } from './commands/experiment.ts';
import { addExportCommands } from './commands/export.ts';
import { addIntegerCommands } from './commands/integers.ts';
import { addLayerCommands } from './commands/layers.ts';
import { addMeasurementCommands } from './commands/measurement.ts';
import { addModelCommands } from './commands/model.ts';
import { addNotebookCommands } from './commands/notebook.ts';
import { addResultCommands } from './commands/results.ts';
import { addRunCommands } from './commands/runs.ts';
import { addBitCommands } from './commands/bits.ts';
import { addSensitivityCommands } from './commands/sensitivity.ts';
import { addServeCommand } from './commands/serve.ts';

/**
 * Every command of the command line.
 * @param cli what commands work with; asked for only when a command runs, after the options were read
 */
export function createProgram(cli: () => Cli): Command {
  const program = new Command('bitlab')
    .description('A lab notebook for quantizing neural networks after training, to any bit width.')
    .version(programVersion, '--version', 'print the version')
    .option(
      '--notebook <folder>',
      "the notebook's folder; otherwise BITLAB_NOTEBOOK, or the user's data folder"
    )
    .option('--json', 'print results and errors as JSON')
    .helpOption('--help', 'print the commands and options')
    .configureHelp({ showGlobalOptions: true })
    // Errors are printed by main.ts, in the same form as all others.
    .configureOutput({ outputError: () => {} })
    .exitOverride();
  addDemoCommand(program, cli);
  addModelCommands(program, cli);
  addDatasetCommands(program, cli);
  addMeasurementCommands(program, cli);
  const experiments = addExperimentCommands(program, cli);
  const runs = addRunCommands(program, cli);
  addResultCommands(program, cli);
  addIntegerCommands(runs, cli);
  addLayerCommands(runs, cli);
  addBudgetCommands(runs, experiments, cli);
  addSensitivityCommands(program, cli);
  addBitCommands(program, cli);
  addExportCommands(program, cli);
  addAcceleratorCommands(program, cli);
  addConformanceCommand(program, cli);
  addServeCommand(program, cli);
  addNotebookCommands(program, cli);
  return program;
}
