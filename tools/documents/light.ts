import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LinkSettings, lossTitles, organizations, type Reach } from '../../src/contract/index.ts';
import { ceilingBits, exactReach, operatingPoint } from '../../src/main/simulation/photonic/index.ts';

/** Table II and the matrices of the scripts, as they were published. */
const published = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../test/data/photonic/published.json'), 'utf8')
) as Record<'MAM' | 'AMM', Record<string, number[]>> & { rates_gs: number[] };

const names = ['MAM', 'AMM'] as const;
const widths = [1, 2, 3, 4, 5, 6, 7, 8];
const linkOf = (organization: 'MAM' | 'AMM', rate: number) =>
  LinkSettings.parse({ organization, rateGigasamplesPerSecond: rate });

/** The section of docs/accelerator.md on light and precision. */
export function lightSection(): string {
  const { rates_gs: rates } = published;
  const point = operatingPoint(linkOf('MAM', 5), { tile: 22, units: null });
  const percent = (share: number) => `${(share * 100).toFixed(2)} %`;
  const total = point.losses.reduce((sum, { decibel }) => sum + decibel, 0);
  const deviations = widths.flatMap((bits) =>
    names.flatMap((organization) =>
      rates.flatMap((rate, index) => {
        const exact = exactReach(linkOf(organization, rate), bits);
        const was = published[organization][String(bits)]![index]!;
        return exact.tile === was ? [] : [row(bits, organization, rate, was, exact)];
      })
    )
  );
  const pairs = widths.length * names.length * rates.length;
  return `## From light to bits

How many bits a sum has at the detector, how many products N it can have, at which rate and with how much light, are one equation
and one budget. \`bitlab accelerator reach\` and the screen _Accelerator_ solve them; a configuration whose \`accelerator.link\` is not
null takes its noise from them.

**Precision** (Al-Qadasi et al., APL Photonics 2022, Eq. 8, as the scripts of Photonic Reconfigurable Accelerators ..., CASES 2022,
compute it; the paper prints the first root alone, which does not give its table), for the light P of a full-scale sum at a detector
of responsivity R and load RL, at the rate DR:

\`\`\`
n = (20 log10( R P / ((sqrt(2q(R P + Id) + 4kT/RL + R^2 P^2 RIN) + sqrt(2q Id + 4kT/RL)) sqrt(DR / sqrt 2)) ) - 1.76) / 6.02
\`\`\`

It grows with the light, but not without end: the laser's intensity noise grows as well. With the default parameters no power gives
more than ${[1, 3, 5, 10].map((rate) => ceilingBits(linkOf('MAM', rate)).toFixed(2)).join(' / ')} bits at 1 / 3 / 5 / 10 GS/s.

**Losses**, from the laser of a wavelength to a detector, here of MAM with N = M = 22 at 5 GS/s. Of 10 dBm
${point.receivedPowerDbm.toFixed(2)} dBm arrive, which are ${point.bits.toFixed(2)} bits.

| term | dB |
| --- | --: |
${point.losses.map(({ name, decibel }) => `| ${lossTitles[name]} | ${decibel.toFixed(3)} |`).join('\n')}
| all | ${total.toFixed(3)} |

**Organizations.** ${names.map((name) => `${name}: ${organizations[name].title}, ${organizations[name].elementLengthUm} um of waveguide beside the ring for each element, a penalty of ${organizations[name].penaltyDb} dB`).join('. ')}. MASW, ASMW
and SMWA of the comparison of 2024 (Vatsavai et al., arXiv 2402.03149) are not offered: their terms were not at hand to be checked.

**Two modes.** \`published\` does what the published scripts do: it takes the light of a grid of 0.1 dB whose precision is nearest, then
the N from 1 to 159 whose budget is nearest, with M = N, and so reproduces every number of their tables (\`test/data/photonic/published.json\`). Where
nothing is feasible it says 1, as they do. \`exact\` solves both equations by bisection, to 1e-10 of a dBm and of an element, rounds N
down, and says so where nothing is feasible. Of ${pairs} published points ${deviations.length} differ, most because the nearest N is one that
the light is just too weak for:

| bits | organization | GS/s | published N | exact N | before rounding down |
| --: | --- | --: | --: | --- | --: |
${deviations.join('\n')}

**Noise.** The two roots are the noise r1 of the detector with the light of a full-scale sum and r2 of the detector in the dark. Their
sum is the noise of a full-scale sum, full scale / 10^((6.02 n + 1.76) / 20); so the noise of a sum of 0 is 2 r2. A sum v between, in
units of full scale, gets the variance a^2 + s^2 |v| + p^2 v^2: a = 2 r2 is thermal noise and that of the dark current; what light
adds, (r1 + r2)^2 - (2 r2)^2, is shot noise s^2 and intensity noise p^2 in the ratio of their terms 2qRP and R^2 P^2 RIN. This
apportioning of the sum of two roots is ours, since the formula itself has none; it meets the formula at both ends, and between them to
3 % up to 6.4 of 7.1 possible bits at 5 GS/s, and to 13 % beyond. At the point above the noise of a full-scale sum is ${percent(point.noiseAtFullScale)} of full
scale: ${percent(point.noise.additive)} thermal and dark, ${percent(point.noise.shot)} shot, ${percent(point.noise.proportional)} intensity. |v| is the light's difference between the rails; that both
rails of a sum of 0 may be lit is not in the model.`;
}

function row(bits: number, organization: string, rate: number, was: number, exact: Reach): string {
  const { infeasible, tile, fractionalTile } = exact;
  const said =
    infeasible === null
      ? String(tile)
      : infeasible === 'power'
        ? 'infeasible: too little light'
        : 'infeasible: intensity noise';
  const fraction = fractionalTile === null ? '–' : fractionalTile.toFixed(2);
  return `| ${bits} | ${organization} | ${rate} | ${was} | ${said} | ${fraction} |`;
}
