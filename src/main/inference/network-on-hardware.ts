import { noHardwareSources, type HardwareSources } from './accelerator-context.ts';
import { acceleratorNetwork, calibrateAdc, hardwareOf } from './accelerator-network.ts';
import { hardwareHash, type AdcCalibration } from './adc-calibration.ts';
import type { ExecutableNetwork, QuantizedNetwork } from './executable-network.ts';
import { openMeasurements } from './open-measurements.ts';
import { RecentlyUsed } from './recently-used.ts';
import type { OpenMeasurement, RunJob } from './run-job.ts';
import type { RunKernels } from './run-kernels.ts';
import { datasetKey, type SharedWork, type Watch } from './shared-work.ts';

/** Puts quantized networks on the hardware of their configuration. What its converters were calibrated to is kept. */
export class NetworkOnHardware {
  readonly #shared: SharedWork;
  readonly #kernels: Pick<RunKernels, 'accelerator' | 'integer'>;
  readonly #hardware: HardwareSources;
  readonly #openMeasurement: OpenMeasurement | null;
  readonly #calibrations = new RecentlyUsed<AdcCalibration>(8);

  /**
   * @param hardware what configurations refer to
   * @param openMeasurement reads the tables that jobs bring, which take the place of those of `hardware`
   */
  constructor(
    shared: SharedWork,
    kernels: Pick<RunKernels, 'accelerator' | 'integer'>,
    hardware: HardwareSources = noHardwareSources,
    openMeasurement: OpenMeasurement | null = null
  ) {
    this.#shared = shared;
    this.#kernels = kernels;
    this.#hardware = hardware;
    this.#openMeasurement = openMeasurement;
  }

  /** @throws BitlabError CONFIGURATION_CONFLICT that names the layer at fault */
  async executable(job: RunJob, network: QuantizedNetwork, watch: Watch): Promise<ExecutableNetwork> {
    const { configuration, threads } = job;
    const kernels = {
      accelerator: await this.#kernels.accelerator(threads),
      integer: await this.#kernels.integer()
    };
    const context = { ...(await this.#sources(job)), seed: configuration.seed };
    const parts = { kernels, context, threads };
    const calibrate = async () => {
      const key = calibrationKey(job);
      const known = this.#calibrations.get(key);
      if (known !== undefined) return known;
      watch.onProgress('calibrating', 0);
      const source = await this.#shared.dataset(job.calibrate!);
      const report = (fraction: number) => watch.onProgress('calibrating', fraction);
      const made = await calibrateAdc(network, configuration, parts, source, report, watch.signal);
      this.#calibrations.set(key, made);
      return made;
    };
    return acceleratorNetwork(configuration, network, parts, calibrate, watch.say);
  }

  async #sources({ measurements }: RunJob): Promise<HardwareSources> {
    if (measurements === undefined || this.#openMeasurement === null) return this.#hardware;
    return { ...this.#hardware, measurements: await openMeasurements(measurements, this.#openMeasurement) };
  }
}

/** All that decides which sums reach the converters: model, data, quantizers and hardware, but nothing random. */
function calibrationKey({ model, calibrate, calibrationSamples, configuration }: RunJob): string {
  const { accelerator: _, seed: __, ...quantization } = configuration;
  const hardware = hardwareHash(hardwareOf(configuration));
  return `${model.hash} ${datasetKey(calibrate!)} ${calibrationSamples} ${JSON.stringify(quantization)} ${hardware}`;
}
