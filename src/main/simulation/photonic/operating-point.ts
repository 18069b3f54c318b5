import type { AcceleratorSettings, LinkSettings, OperatingPoint } from '../../../contract/index.ts';
import { sumDeviation } from '../accelerator/sum-noise.ts';
import { ceilingBits, precisionBits } from './detector.ts';
import { linkNoise } from './link-noise.ts';
import { losses, receivedPowerDbm } from './loss-budget.ts';

/** What a link does with the tile and the units of an accelerator. */
export function operatingPoint(
  link: LinkSettings,
  { tile, units }: Pick<AcceleratorSettings, 'tile' | 'units'>
): OperatingPoint {
  const together = units ?? tile;
  const powerDbm = receivedPowerDbm(link, tile, together);
  const noise = linkNoise(link, tile, together);
  return {
    tile,
    units: together,
    losses: losses(link, tile, together),
    receivedPowerDbm: powerDbm,
    bits: precisionBits(link, powerDbm),
    ceilingBits: ceilingBits(link),
    noise,
    noiseAtFullScale: sumDeviation(noise, 1)
  };
}
