// One way to ask the host: JSON both ways, problems as errors, a time limit, and quiet repeats of
// requests that are safe to repeat.
import type { Problem } from './types';

/** The host answered, and said no. */
export class HostProblem extends Error {
  constructor(
    readonly status: number,
    readonly problem: Problem,
    /** The body of a refused cart change carries the present cart. */
    readonly body: unknown,
  ) {
    super(problem.message);
  }
  get code(): string {
    return this.problem.code;
  }
}

/** No answer: offline, too slow, or the answer was lost. Whether the host acted is unknown. */
export class NoAnswer extends Error {}

export type Method = 'GET' | 'PUT' | 'POST' | 'DELETE';

export interface CallOptions {
  body?: unknown;
  headers?: Record<string, string>;
  timeoutMs?: number;
  signal?: AbortSignal;
  /** How often to repeat after silence or an overloaded host. POST: never, unless asked for. */
  repeats?: number;
  /** Whether a 401 may be answered by opening the gallery again with the remembered code. */
  reopen?: boolean;
}

let reopen: () => Promise<boolean> = async () => false;

/** The session tells how to get back in when the cookie has run out. */
export function whenSignedOut(handler: () => Promise<boolean>): void {
  reopen = handler;
}

const BUSY = new Set([429, 502, 503, 504]);
const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

export async function call<T>(method: Method, path: string, options: CallOptions = {}): Promise<T> {
  const repeats = options.repeats ?? (method === 'POST' ? 0 : 2);
  let reopened = options.reopen === false;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await once<T>(method, path, options);
    } catch (error) {
      if (error instanceof HostProblem && error.status === 401 && !reopened) {
        reopened = true;
        if (await reopen()) continue;
      }
      const passing = error instanceof NoAnswer || (error instanceof HostProblem && BUSY.has(error.status));
      if (!passing || attempt >= repeats || options.signal?.aborted) throw error;
      await pause(400 * 3 ** attempt * (0.75 + Math.random() / 2));
    }
  }
}

/** What `public/ahead.js` has asked already, by method, path and body; each answer is taken once. */
const asked = ((globalThis as { asked?: Record<string, Promise<Response> | undefined> }).asked ??= {});

function takeAsked(question: string): Promise<Response> | undefined {
  const answer = asked[question];
  delete asked[question];
  return answer;
}

async function once<T>(method: Method, path: string, options: CallOptions): Promise<T> {
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), options.timeoutMs ?? 20_000);
  const stop = () => timeout.abort();
  options.signal?.addEventListener('abort', stop);
  try {
    const body = options.body === undefined ? undefined : JSON.stringify(options.body);
    const early = takeAsked(`${method} ${path} ${body ?? ''}`);
    const response = await (early ?? fetch(path, {
      method,
      credentials: 'same-origin',
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...options.headers,
      },
      ...(body === undefined ? {} : { body }),
      signal: timeout.signal,
    }));
    const text = await response.text();
    const said = parse(text);
    if (!response.ok) throw new HostProblem(response.status, asProblem(said, response.status), said);
    if (text !== '' && said === undefined) throw new NoAnswer(`${path}: the answer is not JSON`);
    return said as T;
  } catch (error) {
    if (error instanceof HostProblem || error instanceof NoAnswer) throw error;
    throw new NoAnswer(String(error));
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', stop);
  }
}

function parse(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function asProblem(body: unknown, status: number): Problem {
  if (typeof body === 'object' && body !== null && 'code' in body && 'message' in body) return body as Problem;
  return { code: `http_${status}`, message: '' };
}
