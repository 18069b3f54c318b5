export const layers: Record<string, { imports: string[]; packages: string[] }>;
export const pure: string[];
