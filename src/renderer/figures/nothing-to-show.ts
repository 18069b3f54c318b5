import type { Figure, Layout } from './figure.ts';

/** The layout of a figure, which says so where there is nothing in it: empty axes look like a mistake. */
export function withNote({ layout, table }: Figure): Layout {
  if (table.rows.length > 0) return layout;
  return {
    ...layout,
    annotations: [
      ...(layout.annotations ?? []),
      {
        x: 0.5,
        y: 0.5,
        xref: 'paper',
        yref: 'paper',
        text: 'Nothing to show yet',
        showarrow: false,
        xanchor: 'center',
        yanchor: 'middle',
        font: { color: layout.font.color, size: layout.font.size }
      }
    ]
  };
}
