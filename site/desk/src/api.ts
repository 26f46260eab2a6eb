// Calls to the agent. A refusal keeps the three parts every error of the agent has: what, why, what to do next.

export class Trouble extends Error {
  constructor(
    readonly status: number,
    readonly what: string,
    readonly why: string | null,
    readonly fix: string | null,
  ) {
    super(what);
  }
}

export const away = (): Trouble =>
  new Trouble(0, 'The agent does not answer', 'It was closed, or this computer was asleep.', 'Start it again with “darkslide desk”. Nothing is lost.');

async function call(method: string, path: string, body?: unknown): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
  } catch {
    throw away();
  }
  if (response.ok) return response;
  throw await trouble(response);
}

async function trouble(response: Response): Promise<Trouble> {
  try {
    const said = (await response.json()) as { error?: string; why?: string | null; fix?: string | null };
    return new Trouble(response.status, said.error ?? 'It did not work', said.why ?? null, said.fix ?? null);
  } catch {
    return new Trouble(response.status, 'The agent answered in a way this page does not know', `status ${response.status}`, 'Reload the page.');
  }
}

export async function get<T>(path: string): Promise<T> {
  return (await call('GET', path)).json() as Promise<T>;
}

export async function post<T>(path: string, body: unknown = {}): Promise<T> {
  const response = await call('POST', path, body);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

export interface Said<T> {
  results: T[];
  notes: string[];
}
