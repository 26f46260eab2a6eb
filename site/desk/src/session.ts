// Coming to the desk: the secret in the link's fragment becomes a cookie, and leaves the address bar at once.
import { post, Trouble } from './api';
import { store } from '../../src/store';

export type Session = 'opening' | 'in' | 'out';
export const session = store<Session>('opening');

export async function startSession(): Promise<void> {
  const secret = location.hash.slice(1);
  if (secret !== '') {
    history.replaceState(null, '', location.pathname + location.search);
    try {
      await post('/api/session', { link: secret });
    } catch {
      // A link that was used before is no harm to a browser that is in already.
    }
  }
  session.set('in');
}

/** Notes that the agent does not know this browser (any more). */
export function noteTrouble(error: unknown): void {
  if (error instanceof Trouble && error.status === 401) session.set('out');
}
