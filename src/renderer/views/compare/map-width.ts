/** How wide a map with a column for each run may become, so that few columns do not stretch over a large screen. */
export const mapWidth = (runs: number) => `${Math.max(560, 280 + 96 * runs)}px`;
