import type { Reach, ReachAnswer, ReachCurve } from '../../contract/index.ts';
import { axis, baseLayout, legendAbove } from './base-layout.ts';
import type { FigureTheme } from './figure-theme.ts';
import type { Figure, ScatterTrace } from './figure.ts';
import { cycled, markerShapes } from './palette.ts';

const ticks = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000];

/**
 * N against the bits at the detector, a curve for each rate that ends where one element is too much, and the point that was
 * asked for; on a logarithmic scale of N.
 * @param published also the published points of the organization
 */
export function reachCurves(answer: ReachAnswer, published: boolean, theme: FigureTheme): Figure {
  const { accelerator, reach, curves, mode } = answer;
  const rates = curves.map(rateName);
  const colorOf = (index: number) => cycled(theme.series, index);
  const drawn = curves.map((curve, index): ScatterTrace => {
    const points = curve.reaches.filter((each) => tileOf(each) !== null);
    const color = colorOf(index);
    return {
      type: 'scatter',
      // A line through one point cannot be seen.
      mode: mode === 'exact' && points.length > 1 ? 'lines' : 'lines+markers',
      name: rateName(curve),
      x: points.map(({ bits }) => bits),
      y: points.map(tileOf),
      text: points.map(({ bits, tile }) => `N = ${tile} at ${bits.toFixed(1)} bits`),
      hovertemplate: `%{text}, ${rateName(curve)}<extra></extra>`,
      line: { color, width: 2, dash: 'solid' },
      marker: { color, size: 7, symbol: cycled(markerShapes, index) }
    };
  });
  const overlaid = published ? answer.published.map((curve) => publishedTrace(curve)) : [];
  const asked = tileOf(reach);
  const point: ScatterTrace[] =
    asked === null
      ? []
      : [
          {
            type: 'scatter',
            mode: 'markers',
            name: `asked for: N = ${reach.tile}`,
            x: [reach.bits],
            y: [asked],
            hovertemplate: `N = ${reach.tile} at ${reach.bits} bits, as asked for<extra></extra>`,
            marker: { symbol: 'star', size: 14, color: theme.text }
          }
        ];
  const largest = Math.max(
    2,
    ...[...drawn, ...overlaid, ...point].flatMap(({ y }) => y.map((each) => each ?? 1))
  );
  const bits = curves.flatMap(({ reaches }) => reaches.map((each) => each.bits));
  const least = Math.min(1, ...bits);
  const most = Math.max(8, ...bits);
  const layout = baseLayout(
    theme,
    axis(theme, 'Precision at the detector (bits)', { range: [least - 0.15, most + 0.15] }),
    axis(theme, 'N, products of a sum', {
      type: 'log',
      tickmode: 'array',
      tickvals: ticks,
      ticktext: ticks.map(String),
      range: [-0.05, Math.log10(largest * 1.25)]
    })
  );
  return {
    name: 'Reach',
    description: `N against bits of ${accelerator.link?.organization ?? 'the link'} at ${rates.join(', ')}, ${mode} mode. ${
      asked === null ? 'What was asked for is infeasible.' : `At ${reach.bits} bits N is ${reach.tile}.`
    }`,
    data: [...drawn, ...overlaid, ...point],
    layout: {
      ...layout,
      showlegend: true,
      legend: legendAbove(theme),
      margin: { ...layout.margin, t: 32 }
    },
    table: {
      columns: [
        { title: 'Bits' },
        ...curves.map((curve) => ({ title: `N at ${rateName(curve)}` })),
        ...(published
          ? answer.published.map((curve) => ({ title: `Published N at ${rateName(curve)}` }))
          : [])
      ],
      rows: (curves[0]?.reaches ?? [])
        .map(({ bits: each }) => each)
        .filter((each) => Number.isInteger(each))
        .map((each) => [
          each,
          ...curves.map((curve) => cell(curve, each)),
          ...(published ? answer.published.map((curve) => cell(curve, each)) : [])
        ])
    },
    heightPixels: 340
  };

  function publishedTrace(curve: ReachCurve): ScatterTrace {
    const at = rates.indexOf(rateName(curve));
    const color = at < 0 ? theme.mutedText : colorOf(at);
    return {
      type: 'scatter',
      mode: 'markers',
      name: `published, ${rateName(curve)}`,
      x: curve.reaches.map((each) => each.bits),
      y: curve.reaches.map(({ tile }) => tile),
      hovertemplate: `published: N = %{y} at %{x} bits, ${rateName(curve)}<extra></extra>`,
      marker: { symbol: 'circle-open', size: 9, color, line: { color, width: 2 } }
    };
  }
}

const rateName = ({ rateGigasamplesPerSecond }: ReachCurve) => `${rateGigasamplesPerSecond} GS/s`;

/** N with its fraction where there is one, so that exact curves are smooth; null where nothing is feasible. */
function tileOf({ infeasible, tile, fractionalTile }: Reach): number | null {
  return infeasible === null ? (fractionalTile ?? tile) : null;
}

function cell(curve: ReachCurve, bits: number): number | string | null {
  const found = curve.reaches.find((each) => each.bits === bits);
  if (found === undefined) return null;
  return found.infeasible === null ? found.tile : 'infeasible';
}
