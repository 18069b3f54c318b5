// Imported before everything else: zod must not compile validators with eval, which the content security policy forbids.
import { config } from 'zod';

config({ jitless: true });
