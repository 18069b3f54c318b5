import { adviceOn, Configuration, type Advice, type Plan } from '../../../contract/index.ts';
import { withSetting } from './with-setting.ts';

/** What stands out in the runs of a plan, each thing once; with several bit widths the text is that of the fewest bits. */
export function designAdvice(plan: Plan): Advice[] {
  const { fixed, data } = plan.file;
  const found = new Map<string, Advice>();
  for (const { levels, baseline } of plan.preview) {
    if (baseline) continue;
    const settings = Object.entries(levels).reduce(
      (all, [path, level]) => withSetting(all, path, level),
      fixed
    );
    // Advice is on quantizers; hardware may be named by a preset, which only the host knows.
    const { accelerator: _hardware, ...quantization } = settings;
    const { success, data: configuration } = Configuration.safeParse(quantization);
    if (!success) continue;
    for (const advice of adviceOn(configuration, data.calibrationSamples, []))
      found.set(`${advice.kind} ${advice.setting.path}`, advice);
  }
  return [...found.values()];
}
