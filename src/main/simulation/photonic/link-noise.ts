import type { LinkSettings } from '../../../contract/index.ts';
import type { SumNoise } from '../accelerator/sum-noise.ts';
import { noiseCurrents, noiseDensities, photocurrentAmpere } from './detector.ts';
import { receivedPowerDbm } from './loss-budget.ts';

/**
 * The error of a tile's sum that its light causes, in units of full scale. The two roots of the precision's formula are the
 * noise r1 of the detector with the light of a full-scale sum and r2 of the detector with none; their sum is the noise of a
 * full-scale sum, so that of a sum of 0 is 2 r2. Between these ends the variance is taken as SumNoise has it: thermal noise and
 * noise of the dark current are additive, (2 r2)^2; what the light adds, (r1 + r2)^2 - (2 r2)^2, is shot noise, in proportion to
 * the light, and intensity noise, in proportion to its square, in the ratio of their terms 2 q R P and R^2 P^2 RIN.
 * That is the formula with the light of the sum itself to 3 % up to 6.4 of 7.1 possible bits, and up to 13 % below it beyond.
 * Terms that the link leaves out are 0. At full scale the three together are 1 / 10^((6.02 n + 1.76) / 20) for precisionBits n.
 * @param tile N, elements @param units M; as many as the tile has elements where null
 */
export function linkNoise(link: LinkSettings, tile: number, units: number | null): SumNoise {
  const { additive, shot, proportional } = noiseAtPower(link, receivedPowerDbm(link, tile, units ?? tile));
  const has = (term: LinkSettings['noises'][number]) => link.noises.includes(term);
  return {
    additive: has('thermal') ? additive : 0,
    shot: has('shot') ? shot : 0,
    proportional: has('intensity') ? proportional : 0
  };
}

/** The same where the light of a full-scale sum is known, in dBm. */
export function noiseAtPower(link: LinkSettings, powerDbm: number): SumNoise {
  const fullScale = photocurrentAmpere(link, powerDbm);
  const { lit, unlit } = noiseCurrents(link, powerDbm);
  const { shot, intensity } = noiseDensities(link, powerDbm);
  // (r1 + r2)^2 - 4 r2^2 as a product, which loses no digits where the light adds little.
  const ofLight = (lit - unlit) * (lit + 3 * unlit);
  const shareOf = (density: number) =>
    shot + intensity === 0 ? 0 : Math.sqrt((ofLight * density) / (shot + intensity)) / fullScale;
  return { additive: (2 * unlit) / fullScale, shot: shareOf(shot), proportional: shareOf(intensity) };
}
