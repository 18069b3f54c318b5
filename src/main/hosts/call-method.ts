import { BitlabError, methods, nearestName, toReport } from '../../contract/index.ts';
import type { ErrorReport, Handlers, MethodInput, MethodName, MethodOutput } from '../../contract/index.ts';

/** What a call comes back as where it crosses a process: thrown errors would lose their code and remedy there. */
export type Answer = { readonly value: unknown } | { readonly error: ErrorReport };

/**
 * Checks the input of a method, fills in its defaults and calls its handler.
 * @throws BitlabError REQUEST_INVALID, and what the handler throws
 */
export async function callMethod<M extends MethodName>(
  handlers: Pick<Handlers, M>,
  method: M,
  input: MethodInput<M>
): Promise<MethodOutput<M>> {
  const checked = methods[method].input.safeParse(input);
  if (!checked.success) {
    const issue = checked.error.issues[0]!;
    const reason = [issue.path.join('.'), issue.message].filter((part) => part !== '').join(': ');
    throw new BitlabError('REQUEST_INVALID', { method, reason });
  }
  // The table relates each method to its own input, which the compiler cannot follow through a variable.
  const handler = handlers[method] as unknown as (input: unknown) => Promise<MethodOutput<M>>;
  return handler(checked.data);
}

/** As `callMethod`, for callers outside of the type checker: any name, any input, and never a rejection. */
export async function answerCall(handlers: Handlers, method: string, input: unknown): Promise<Answer> {
  try {
    if (!isMethodName(method)) {
      const near = nearestName(method.slice(0, 100), Object.keys(methods));
      const suggestion = near === null ? '' : ` (did you mean ${near}?)`;
      throw new BitlabError('METHOD_UNKNOWN', { method: `${method.slice(0, 100)}${suggestion}` });
    }
    return { value: await callMethod(handlers, method, input as MethodInput<typeof method>) };
  } catch (thrown) {
    return { error: toReport(thrown) };
  }
}

function isMethodName(method: string): method is MethodName {
  return Object.hasOwn(methods, method);
}
