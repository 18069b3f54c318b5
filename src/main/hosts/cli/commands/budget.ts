import type { Command } from 'commander';
import { BitlabError, identitySentence } from '../../../../contract/index.ts';
import type { BudgetResult, ErrorBudget, Estimate } from '../../../../contract/index.ts';
import { callMethod } from '../../call-method.ts';
import type { Bitlab } from '../../open.ts';
import type { Cli } from '../cli.ts';
import { findByName } from '../find-by-name.ts';
import { followExperiment } from '../follow-experiment.ts';
import { settingText } from '../format.ts';
import { wholeNumber } from '../numbers.ts';
import { table } from '../output.ts';
import { countsText } from '../run-table.ts';

/** What each stage of hardware costs. @param runs the group that the first command belongs to */
export function addBudgetCommands(runs: Command, experiments: Command, cli: () => Cli): void {
  runs
    .command('budget')
    .description("take a run's hardware apart: what each stage costs, after those before it and alone")
    .argument('<id>')
    .option('--seeds <n>', 'repeats of what is random, with the seeds 0 to n - 1', '5')
    .action(async (id: string, options: { seeds: string }) => {
      const seeds = seedsUpTo(options.seeds);
      await cli().withNotebook(async (bitlab) => {
        const { handlers } = bitlab;
        const details = await followExperiment(bitlab, () =>
          callMethod(handlers, 'runs.budget', { id, seeds })
        );
        if (details.status !== 'finished') {
          cli().exitCode = 1;
          cli().output.note(`${countsText(details)}. Run the command again to compute what is left.`);
        }
        await print(cli(), bitlab, details.id);
      });
    });

  runs
    .command('identity')
    .description(
      "check that a run's hardware without its errors computes what exact integers do, bit for bit"
    )
    .argument('<id>')
    .option('--samples <count>', 'how many of its first samples', '64')
    .action(async (id: string, options: { samples: string }) => {
      const samples = wholeNumber('--samples', options.samples);
      const check = await cli().call('runs.identity', { id, samples });
      cli().output.result(check, () => identitySentence(check));
      if (check.differing > 0) cli().exitCode = 1;
    });

  experiments
    .command('budget')
    .description('show the error budgets of an experiment with errorBudget: true')
    .argument('<name>')
    .action(async (name: string) => {
      await cli().withNotebook(async (bitlab) => {
        const list = await callMethod(bitlab.handlers, 'experiments.list', {});
        await print(cli(), bitlab, findByName('experiment', list, name).id);
      });
    });
}

async function print(cli: Cli, { handlers }: Bitlab, id: string): Promise<void> {
  const { choices, budget } = await callMethod(handlers, 'experiments.budget', { id });
  const budgets = [budget];
  for (let choice = 1; choice < choices.length; choice++) {
    budgets.push((await callMethod(handlers, 'experiments.budget', { id, choice })).budget);
  }
  cli.output.result(budgets, () => budgets.map(described).join('\n\n'));
}

function described({ model, levels, stages }: ErrorBudget): string {
  const names = Object.entries(levels).map(([path, level]) => `${path} ${settingText(level)}`);
  return [
    [model, ...names].join(', '),
    table(
      ['stage', 'seeds', 'top-1 (95 % interval)', 'change (points)', 'alone (points)'],
      stages.map(({ title, cumulative, alone }) => [
        title,
        cumulative.runIds.length,
        accuracy(cumulative),
        change(cumulative.change),
        alone === null ? null : change(alone.change)
      ])
    )
  ].join('\n');
}

function accuracy({ top1 }: BudgetResult): string | null {
  if (top1 === null) return null;
  const percent = (share: number) => (100 * share).toFixed(2);
  const interval =
    top1.low === null || top1.high === null ? '' : ` (${percent(top1.low)} to ${percent(top1.high)})`;
  return `${percent(top1.value)} %${interval}`;
}

function change(estimate: Estimate | null): string | null {
  if (estimate === null) return null;
  const points = (share: number) => (share > 0 ? '+' : '') + (100 * share).toFixed(2);
  const { value, low, high } = estimate;
  return low === null || high === null
    ? points(value)
    : `${points(value)} (${points(low)} to ${points(high)})`;
}

function seedsUpTo(text: string): number[] {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > 1000) {
    throw new BitlabError('USAGE', { reason: `--seeds must be a whole number from 1 to 1000, not ${text}` });
  }
  return Array.from({ length: count }, (_, seed) => seed);
}
