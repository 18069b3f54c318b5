import { lossTitles, type ReachAnswer } from '../../contract/index.ts';
import { axis, baseLayout } from './base-layout.ts';
import type { FigureTheme } from './figure-theme.ts';
import type { Annotation, Figure } from './figure.ts';

/** The light of a wavelength from its laser (top) to a detector, as a waterfall: each bar is what a term of the budget takes. */
export function lightBudget({ accelerator, reach, point }: ReachAnswer, theme: FigureTheme): Figure {
  const laserDbm = accelerator.link!.laserPowerDbm;
  const { losses, receivedPowerDbm } = point;
  const left: number[] = [];
  let level = laserDbm;
  for (const { decibel } of losses) left.push((level -= decibel));
  const names = ['Laser', ...losses.map(({ name }) => lossTitles[name]), 'Received'];
  const needed = reach.requiredPowerDbm;
  const floor = Math.floor(Math.min(receivedPowerDbm, needed ?? 0, 0) - 3);
  const rows = names.map((_, index) => index);
  const marks = names.map((_, index) => {
    if (index === 0) return `${signed(laserDbm)} dBm`;
    if (index === names.length - 1) return `${signed(receivedPowerDbm)} dBm`;
    return `−${losses[index - 1]!.decibel.toFixed(2)}`;
  });
  const layout = baseLayout(
    theme,
    axis(theme, 'Light (dBm)', {
      range: [floor, Math.max(laserDbm, needed ?? laserDbm) + 1],
      fixedrange: true
    }),
    axis(theme, '', {
      tickmode: 'array',
      tickvals: rows,
      ticktext: names,
      range: [names.length - 0.5, -0.5],
      showgrid: false,
      tickcolor: theme.background,
      fixedrange: true
    })
  );
  const bar = (
    name: string,
    indices: readonly number[],
    base: readonly number[],
    end: readonly number[],
    color: string
  ) => ({
    type: 'bar' as const,
    orientation: 'h' as const,
    name,
    x: end.map((value, index) => value - base[index]!),
    base: [...base],
    width: 0.7,
    y: [...indices],
    text: indices.map((index) => marks[index]!),
    textposition: 'none' as const,
    hovertemplate: '%{text}<extra></extra>',
    showlegend: false,
    marker: { color }
  });
  const last = names.length - 1;
  return {
    name: 'Loss budget',
    description: `Of ${laserDbm} dBm of a laser ${receivedPowerDbm.toFixed(2)} dBm reach a detector.${
      needed === null ? '' : ` What was asked for needs ${needed.toFixed(2)} dBm.`
    }`,
    data: [
      bar('Light', [0, last], [floor, floor], [laserDbm, receivedPowerDbm], theme.series[0]!),
      bar(
        'Loss',
        losses.map((_, index) => index + 1),
        left,
        losses.map(({ decibel }, index) => left[index]! + decibel),
        theme.series[1]!
      ),
      ...(needed === null
        ? []
        : [
            {
              type: 'scatter' as const,
              mode: 'lines' as const,
              name: `needed for ${reach.bits} bits`,
              x: [needed, needed],
              y: [-0.5, last + 0.5],
              hovertemplate: `needed for ${reach.bits} bits: ${needed.toFixed(2)} dBm<extra></extra>`,
              line: { color: theme.text, width: 1, dash: 'dash' as const },
              showlegend: true
            }
          ])
    ],
    layout: {
      ...layout,
      dragmode: false,
      barmode: 'overlay',
      showlegend: needed !== null,
      legend: {
        orientation: 'h',
        x: 0,
        y: 1.01,
        xanchor: 'left',
        yanchor: 'bottom',
        font: { color: theme.text, size: 12 }
      },
      // A column of its own for the numbers: beside the bars the line of what is needed would cross them.
      margin: { ...layout.margin, t: 28, r: 92 },
      annotations: marks.map((text, row): Annotation => ({
        x: 1,
        y: row,
        xref: 'paper',
        yref: 'y',
        text,
        showarrow: false,
        xanchor: 'left',
        yanchor: 'middle',
        xshift: 8,
        font: { color: theme.text, size: 12 }
      }))
    },
    table: {
      columns: [
        { title: 'Term' },
        { title: 'Loss', unit: 'dB', digits: 3 },
        { title: 'Light behind it', unit: 'dBm', digits: 3 }
      ],
      rows: [
        ['Laser', null, laserDbm],
        ...losses.map(({ name, decibel }, index) => [lossTitles[name], decibel, left[index]!]),
        ['All', laserDbm - receivedPowerDbm, receivedPowerDbm]
      ]
    },
    heightPixels: 340
  };
}

const signed = (value: number) => value.toFixed(2).replace('-', '−');
