import type { Command } from 'commander';
import { dirname, resolve } from 'node:path';
import { BitlabError } from '../../../../contract/index.ts';
import type { ExperimentDetails, Plan } from '../../../../contract/index.ts';
import { callMethod } from '../../call-method.ts';
import type { Bitlab } from '../../open.ts';
import type { Cli } from '../cli.ts';
import { findByName } from '../find-by-name.ts';
import { followExperiment } from '../follow-experiment.ts';
import { duration, settingText } from '../format.ts';
import { table } from '../output.ts';
import { readText } from '../read-text.ts';
import { countsText, repeatTable, runTable } from '../run-table.ts';

/** @returns the group of commands for experiments, for more of them */
export function addExperimentCommands(program: Command, cli: () => Cli): Command {
  const experiment = program.command('experiment').description('designs of runs, and their results');

  experiment
    .command('plan')
    .description('say what an experiment file amounts to, without running it')
    .argument('<file>', 'YAML or JSON')
    .action(async (path: string) => {
      const text = await readText(path);
      const plan = await cli().withNotebook(async (bitlab) => planned(bitlab, path, text));
      const { file: _file, ...result } = plan;
      const factors = Object.keys(plan.preview.find(({ baseline }) => !baseline)?.levels ?? {});
      cli().output.result(result, () =>
        [
          summary(plan),
          '',
          table(
            ['model', ...factors, 'seed', 'known'],
            plan.preview.map(({ model, baseline, levels, seed, known }) => [
              model,
              ...factors.map((name) => (baseline ? 'float' : settingText(levels[name]))),
              seed,
              known ? 'yes' : 'no'
            ])
          )
        ].join('\n')
      );
    });

  experiment
    .command('run')
    .description('run an experiment file; runs that are known already are not computed again')
    .argument('<file>', 'YAML or JSON')
    .action(async (path: string) => {
      const text = await readText(path);
      await cli().withNotebook(async (bitlab) => {
        const plan = await planned(bitlab, path, text);
        cli().output.note(summary(plan));
        reportExperiment(
          cli(),
          await followExperiment(bitlab, () =>
            callMethod(bitlab.handlers, 'experiments.run', { file: plan.file })
          )
        );
      });
    });

  experiment
    .command('resume')
    .description('compute the runs of an experiment that are not finished')
    .argument('<name>')
    .action(async (name: string) => {
      await cli().withNotebook(async (bitlab) => {
        const { handlers } = bitlab;
        const { id } = findByName('experiment', await callMethod(handlers, 'experiments.list', {}), name);
        reportExperiment(
          cli(),
          await followExperiment(bitlab, () => callMethod(handlers, 'experiments.resume', { id }))
        );
      });
    });

  experiment
    .command('list')
    .description('list the experiments')
    .action(async () => {
      const experiments = await cli().call('experiments.list', {});
      cli().output.result(experiments, () =>
        table(
          ['name', 'status', 'finished', 'runs', 'created'],
          experiments.map((each) => [
            each.name,
            each.status,
            each.counts.finished,
            each.counts.total,
            each.createdAt.slice(0, 16).replace('T', ' ')
          ])
        )
      );
    });

  experiment
    .command('show')
    .description('show an experiment and its runs')
    .argument('<name>')
    .action(async (name: string) => {
      const details = await cli().withNotebook(async ({ handlers }) => {
        const { id } = findByName('experiment', await callMethod(handlers, 'experiments.list', {}), name);
        return callMethod(handlers, 'experiments.get', { id });
      });
      cli().output.result(details, () => described(details));
    });
  return experiment;
}

/** What an experiment file amounts to. @throws what is wrong with it */
async function planned(bitlab: Bitlab, path: string, text: string): Promise<Plan> {
  const { file, problem } = await parsed(bitlab, path, text);
  if (problem !== null) throw BitlabError.fromReport(problem);
  if (file === null) throw new BitlabError('EXPERIMENT_UNREADABLE', { reason: 'it is empty' });
  return callMethod(bitlab.handlers, 'experiments.plan', { file });
}

function summary({ file, total, known, duplicates, estimatedSeconds }: Plan): string {
  const time = estimatedSeconds === null ? '' : `, about ${duration(estimatedSeconds)}`;
  const merged = duplicates === 0 ? '' : `, ${duplicates} more that say the same`;
  return `${file.name}: ${total} runs, ${known} of them known already${merged}${time}.`;
}

/** Reads an experiment file and the codebooks that it names, which are looked for from its folder on. */
async function parsed({ handlers }: Bitlab, path: string, text: string) {
  const codebooks: Record<string, string> = {};
  const tried = new Set<string>();
  for (;;) {
    const answer = await callMethod(handlers, 'experiments.parse', { text, codebooks });
    if (answer.problem?.code !== 'CODEBOOK_MISSING') return answer;
    const name = String(answer.problem.details['file']);
    if (tried.has(name)) return answer;
    tried.add(name);
    codebooks[name] = await readText(resolve(dirname(path), name));
  }
}

/** Prints how an experiment ended, says how to resume it, and sets the exit code. */
export function reportExperiment(cli: Cli, details: ExperimentDetails): void {
  cli.output.result(details, () => described(details));
  if (details.status === 'finished') return;
  cli.exitCode = 1;
  cli.output.note(resumption(details));
}

export function resumption(details: ExperimentDetails): string {
  return `${countsText(details)}. Resume with: bitlab experiment resume ${JSON.stringify(details.name)}`;
}

function described(details: ExperimentDetails): string {
  const question = details.question.trim();
  // Stages of error budgets have the levels of what they lead to: they are shown by `experiment budget`.
  const runs = details.runs.filter((run) => !details.stageRuns.includes(run.id));
  const means = repeatTable(runs, details.factors);
  return [
    `${details.name}: ${details.status}, ${countsText(details)}`,
    ...(question === '' ? [] : ['', question]),
    '',
    runTable(runs, details.factors),
    ...(details.stageRuns.length === 0
      ? []
      : ['', `and ${details.stageRuns.length} stages of error budgets; see: bitlab experiment budget`]),
    ...(means === null ? [] : ['', means])
  ].join('\n');
}
