import { CostPart, costPartTitles, type NetworkCost } from '../../contract/index.ts';
import { axis, baseLayout } from './base-layout.ts';
import type { FigureTheme } from './figure-theme.ts';
import type { Figure } from './figure.ts';

/** The energy of a frame by the parts that draw it, one bar for each. */
export function energyParts({ energies, energyMicrojoule }: NetworkCost, theme: FigureTheme): Figure {
  const parts = CostPart.options;
  const values = parts.map((part) => energies[part]);
  const rows = parts.map((_, index) => index);
  const most = parts[values.indexOf(Math.max(...values))]!;
  const layout = baseLayout(
    theme,
    axis(theme, 'Energy of a frame (µJ)', { fixedrange: true, range: [0, Math.max(...values) * 1.05] }),
    axis(theme, '', {
      tickmode: 'array',
      tickvals: rows,
      ticktext: parts.map((part) => costPartTitles[part]),
      range: [parts.length - 0.5, -0.5],
      showgrid: false,
      tickcolor: theme.background,
      fixedrange: true
    })
  );
  const share = (value: number) => (value / energyMicrojoule) * 100;
  return {
    name: 'Energy by part',
    description: `Energy of a frame, ${energyMicrojoule.toFixed(1)} µJ, by part. Most goes into ${costPartTitles[most]}.`,
    data: [
      {
        type: 'bar',
        orientation: 'h',
        name: 'Energy',
        x: values,
        y: rows,
        text: values.map((value) => `${value.toPrecision(3)} (${share(value).toFixed(1)} %)`),
        textposition: 'outside',
        cliponaxis: false,
        hovertemplate: '%{text}<extra></extra>',
        showlegend: false,
        marker: { color: theme.series[0]! }
      }
    ],
    // The longest bar has its number beside it, beyond the axis.
    layout: { ...layout, margin: { ...layout.margin, r: 96 }, bargap: 0.35, dragmode: false },
    table: {
      columns: [
        { title: 'Part' },
        { title: 'Energy', unit: 'µJ', digits: 3 },
        { title: 'Share', unit: '%', digits: 1 }
      ],
      rows: parts.map((part) => [costPartTitles[part], energies[part], share(energies[part])])
    },
    heightPixels: 300
  };
}
