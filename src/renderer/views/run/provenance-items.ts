import type { RunDetails } from '../../../contract/index.ts';
import { formatMoment } from '../../components/format/index.ts';

interface Item {
  readonly term: string;
  readonly value: string;
  readonly code?: boolean;
}

/** Where, when and with what a run was computed, as terms and values. */
export function provenanceItems(run: RunDetails): Item[] {
  const moment = (at: string | null) => (at === null ? '–' : formatMoment(at));
  const always: Item[] = [
    { term: 'Run', value: run.id, code: true },
    { term: 'Configuration', value: run.configurationHash, code: true },
    { term: 'Seed', value: String(run.seed) },
    { term: 'Created', value: moment(run.createdAt) },
    { term: 'Started', value: moment(run.startedAt) },
    { term: 'Ended', value: moment(run.endedAt) }
  ];
  const { provenance } = run;
  if (provenance === null) return always;
  return [
    ...always,
    { term: 'Model', value: provenance.modelHash, code: true },
    { term: 'Data', value: provenance.datasetHash, code: true },
    ...(provenance.calibrationHash === null
      ? []
      : [
          {
            term: 'Calibrated on',
            value: `${provenance.calibrationSamples} samples of ${run.calibrationDataset ?? 'a data set'}`
          },
          { term: 'Calibration data', value: provenance.calibrationHash, code: true }
        ]),
    { term: 'Logits', value: provenance.logitsHash ?? '–', code: true },
    { term: 'Bitlab', value: provenance.bitlab },
    { term: 'Node', value: provenance.node },
    { term: 'ONNX Runtime', value: provenance.onnxRuntime },
    {
      term: 'Layers computed by',
      value: provenance.kernels === 'bitlab' ? "Bitlab's integer kernels" : 'ONNX Runtime'
    },
    { term: 'Platform', value: provenance.platform },
    { term: 'Processor', value: provenance.processor },
    { term: 'Threads', value: String(provenance.threads) }
  ];
}
