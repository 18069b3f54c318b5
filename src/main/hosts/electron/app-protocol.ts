import { protocol } from 'electron';
import type { InterfaceFiles } from '../interface-files.ts';
import { securityHeaders } from '../security-headers.ts';

const scheme = 'app';
export const applicationOrigin = `${scheme}://bitlab`;

/** Before Electron is ready: makes app:// a secure origin of its own, unlike file://. */
export function registerApplicationScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } }
  ]);
}

/** Serves the built interface at app://bitlab/, with its security headers. */
export function serveInterface(files: InterfaceFiles): void {
  protocol.handle(scheme, async (request) => {
    const { host, pathname } = new URL(request.url);
    const file = host === 'bitlab' && request.method === 'GET' ? await files.read(pathname) : null;
    if (file === null) return new Response(null, { status: 404, headers: securityHeaders });
    return new Response(file.bytes, { headers: { ...securityHeaders, 'content-type': file.mediaType } });
  });
}
