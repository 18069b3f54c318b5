import { describe, expect, test } from 'vitest';
import { findChromium } from './chromium.ts';

const machine = (platform: string, files: string[], environment: Record<string, string> = {}) => ({
  platform,
  environment,
  exists: (path: string) => files.includes(path)
});

describe('finding a browser', () => {
  test.each([
    ['linux', '/usr/bin/chromium', {}],
    ['linux', '/snap/bin/chromium', {}],
    ['linux', '/opt/google/chrome/chrome', {}],
    ['darwin', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', {}],
    [
      'win32',
      'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
      { ProgramFiles: 'C:\\Program Files' }
    ],
    ['win32', 'D:\\x86\\Microsoft\\Edge\\Application\\msedge.exe', { 'ProgramFiles(x86)': 'D:\\x86' }]
  ])('on %s: %s', (platform, path, environment) => {
    expect(findChromium(machine(platform, [path], environment))).toBe(path);
  });

  test('CHROMIUM goes before the usual places', () => {
    const both = ['/usr/bin/chromium', '/opt/my/chrome'];
    expect(findChromium(machine('linux', both, { CHROMIUM: '/opt/my/chrome' }))).toBe('/opt/my/chrome');
    expect(findChromium(machine('linux', both, { CHROMIUM: '' }))).toBe('/usr/bin/chromium');
  });

  test('a CHROMIUM that does not exist is said, not passed over', () => {
    const named = machine('linux', ['/usr/bin/chromium'], { CHROMIUM: '/nowhere' });
    expect(() => findChromium(named)).toThrow('/nowhere');
  });

  test('none', () => {
    expect(findChromium(machine('linux', []))).toBeNull();
    expect(findChromium(machine('win32', []))).toBeNull();
  });
});
