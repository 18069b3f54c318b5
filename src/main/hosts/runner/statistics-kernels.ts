import { loadStatisticsKernels } from '../../kernels/load-statistics-kernels.ts';
import type { StatisticsKernels } from '../../kernels/statistics-kernels.ts';
import { kernelBytes } from './kernel-files.ts';

let loaded: Promise<StatisticsKernels> | null = null;

/** The compiled statistics kernels, loaded at the first call. @throws BitlabError KERNELS_MISSING */
export function statisticsKernels(): Promise<StatisticsKernels> {
  loaded ??= kernelBytes('statistics').then(loadStatisticsKernels);
  return loaded;
}
